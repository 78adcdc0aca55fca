using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Domain.Executions;

/// <summary>How the saved time of one execution is paid for: prepaid first, the rest at the rate.</summary>
/// <param name="Saved">Seconds saved.</param>
/// <param name="PrepaidParts">Seconds taken from each account, in the order of the accounts; 0 where nothing was taken.</param>
/// <param name="Rate">Price per second for what is billed.</param>
/// <param name="PriceMode">Where the rate comes from.</param>
/// <param name="SavedBefore">Seconds saved before, on which the ladder step rests.</param>
public sealed record Settlement(Seconds Saved, IReadOnlyList<Seconds> PrepaidParts, PricePerSecond Rate, PriceMode PriceMode, Seconds SavedBefore)
{
    /// <summary>Seconds taken from prepaid time.</summary>
    public Seconds Prepaid => PrepaidParts.Aggregate(Seconds.Zero, (sum, part) => sum + part);

    /// <summary>Whether another execution of the same order is charged, so that this one takes and bills nothing.</summary>
    public bool IsFree { get; private init; }

    /// <summary>Seconds that are billed.</summary>
    public Seconds Billed => IsFree ? Seconds.Zero : Saved - Prepaid;

    /// <summary>Billed seconds times rate.</summary>
    public Money Price => Rate * Billed;

    /// <summary>Nothing is taken and nothing billed; the rate is the one that would have been used.</summary>
    public static Settlement Free(Seconds saved, CustomerProgramTerms terms, Seconds savedBefore) =>
        new(saved, [], terms.PriceAfter(savedBefore), terms.PriceMode, savedBefore) { IsFree = true };

    /// <summary>Splits saved time over the accounts in order, each down to what it may give; what is left is billed.</summary>
    /// <param name="saved">Seconds saved, at least 1.</param>
    /// <param name="available">What each account may give, in order.</param>
    /// <param name="terms">The customer program's terms.</param>
    /// <param name="savedBefore">Seconds saved before.</param>
    public static Settlement Of(Seconds saved, IEnumerable<Seconds> available, CustomerProgramTerms terms, Seconds savedBefore)
    {
        var open = saved;
        var parts = new List<Seconds>();
        foreach (var account in available)
        {
            var part = Seconds.Min(open, Seconds.Max(account, Seconds.Zero));
            parts.Add(part);
            open -= part;
        }

        return new Settlement(saved, parts, terms.PriceAfter(savedBefore), terms.PriceMode, savedBefore);
    }
}
