using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Ownership;

/// <summary>Terms as a person enters them.</summary>
/// <param name="SavedPerExecution">Seconds per execution when the caller sends none; 0 for no default.</param>
/// <param name="LargestSaved">Most seconds that one execution may claim.</param>
/// <param name="PriceMode">Fixed or ladder.</param>
/// <param name="FixedPrice">Euro per second in fixed mode.</param>
/// <param name="ChargesOncePerOrder">Whether of all executions with one order reference only the first is charged.</param>
public sealed record TermsInput(long SavedPerExecution, long LargestSaved, PriceMode PriceMode, decimal? FixedPrice, bool ChargesOncePerOrder = false)
{
    /// <summary>The terms, checked against the rules and against who may set prices.</summary>
    /// <param name="before">The terms until now; null for a new customer program, which has the ladder unless somebody sets a price.</param>
    /// <param name="mayPrice">Whether the caller keeps prices.</param>
    /// <exception cref="Refused">A number is out of range, or the caller may not set this price.</exception>
    internal CustomerProgramTerms Checked(CustomerProgramTerms? before, bool mayPrice)
    {
        if (PriceMode == PriceMode.Fixed && FixedPrice is { } amount && !PricePerSecond.IsValid(amount))
        {
            throw new Refused(OwnershipRefusals.PriceInvalid);
        }

        var price = PriceMode == PriceMode.Fixed && FixedPrice is { } fixedAmount ? PricePerSecond.Of(fixedAmount) : (PricePerSecond?)null;
        var terms = new CustomerProgramTerms(new Seconds(SavedPerExecution), new Seconds(LargestSaved), PriceMode, price, ChargesOncePerOrder).Valid();
        var changesPrice = before is null
            ? terms.PriceMode == PriceMode.Fixed || terms.ChargesOncePerOrder
            : (terms.PriceMode, terms.FixedPrice, terms.ChargesOncePerOrder) != (before.PriceMode, before.FixedPrice, before.ChargesOncePerOrder);
        return changesPrice && !mayPrice ? throw new Refused(OwnershipRefusals.PriceNotAllowed) : terms;
    }

    /// <summary>Whether the caller sets prices at the customer.</summary>
    internal static bool MayPrice(Grants grants, CustomerId customer) => grants.Of(Ability.KeepPrices).Includes(customer);
}
