using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Domain.Executions;

/// <summary>Runs in a row that are billed at one rate.</summary>
/// <param name="Runs">How many.</param>
/// <param name="Rate">The price per second of what is billed.</param>
/// <param name="Prepaid">Seconds from prepaid time.</param>
/// <param name="Billed">Seconds billed.</param>
/// <param name="Price">What is billed.</param>
public sealed record CostForecastPart(int Runs, PricePerSecond Rate, Seconds Prepaid, Seconds Billed, Money Price);

/// <summary>
/// What the next runs of a customer program would cost: each is settled by the rule that settles it when it happens, so
/// the figures are those of the bill, if nothing else happens meanwhile.
/// </summary>
/// <param name="Runs">How many runs.</param>
/// <param name="PerRun">Seconds that each saves.</param>
/// <param name="Parts">The runs by the rate they are billed at, in their order.</param>
public sealed record CostForecast(int Runs, Seconds PerRun, IReadOnlyList<CostForecastPart> Parts)
{
    /// <summary>Most runs that are computed at once.</summary>
    public const int MostRuns = 10_000;

    /// <summary>Seconds from prepaid time.</summary>
    public Seconds Prepaid => Parts.Aggregate(Seconds.Zero, (sum, part) => sum + part.Prepaid);

    /// <summary>Seconds billed.</summary>
    public Seconds Billed => Parts.Aggregate(Seconds.Zero, (sum, part) => sum + part.Billed);

    /// <summary>What is billed in all.</summary>
    public Money Price => Parts.Aggregate(Money.NoEuro, (sum, part) => sum + part.Price);

    /// <summary>Computes.</summary>
    /// <param name="runs">How many runs, 1 to <see cref="MostRuns"/>.</param>
    /// <param name="perRun">Seconds that each saves, as one execution may claim them.</param>
    /// <param name="terms">The customer program's terms.</param>
    /// <param name="savedBefore">Seconds saved so far.</param>
    /// <param name="available">What each time account may give, in order.</param>
    /// <exception cref="Refused">A number is out of range.</exception>
    public static CostForecast Of(int runs, Seconds perRun, CustomerProgramTerms terms, Seconds savedBefore, IEnumerable<Seconds> available)
    {
        if (perRun.Value < 1 || perRun > terms.LargestSaved)
        {
            throw new Refused(ExecutionRefusals.TimeSavedInvalid, terms.LargestSaved.Value);
        }

        if (runs is < 1 or > MostRuns)
        {
            throw new Refused(ExecutionRefusals.ForecastInvalid, MostRuns);
        }

        var left = available.ToArray();
        var parts = new List<CostForecastPart>();
        for (var run = 0; run < runs; run++)
        {
            var settlement = Settlement.Of(perRun, left, terms, savedBefore);
            savedBefore += perRun;
            for (var account = 0; account < left.Length; account++)
            {
                left[account] -= settlement.PrepaidParts[account];
            }

            Add(parts, new(1, settlement.Rate, settlement.Prepaid, settlement.Billed, settlement.Price));
        }

        return new(runs, perRun, parts);
    }

    private static void Add(List<CostForecastPart> parts, CostForecastPart run)
    {
        if (parts is [.., var last] && last.Rate == run.Rate)
        {
            parts[^1] = new(last.Runs + 1, last.Rate, last.Prepaid + run.Prepaid, last.Billed + run.Billed, last.Price + run.Price);
        }
        else
        {
            parts.Add(run);
        }
    }
}
