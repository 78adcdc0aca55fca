using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>Who can do what at a customer: everybody whose running contract grants something there, NADOO's people included.</summary>
public sealed class ListAbilityHolders(Access access, TimeProvider clock)
{
    /// <summary>Lists one row per ability, person and reason; what every employee may do is left out.</summary>
    /// <exception cref="Refused">The customer lies outside the caller's reach.</exception>
    public async Task<IReadOnlyList<GrantReason>> RunAsync(CustomerId customer, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewEmployees, cancellationToken);
        if (!db.Fence.Reach.Includes(customer))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        // NADOO's contracts lie outside the fence; of them only what counts at this customer is told.
        await using var all = access.OpenForSystem("list who can do what at a customer");
        var reasons = await GrantReasons.AtAsync(
            all,
            customer,
            contract => contract.DeactivatedAt == null && all.People.Any(person => person.Id == contract.PersonId && person.DeactivatedAt == null),
            BusinessTime.DayOf(clock.GetUtcNow()),
            cancellationToken);
        return [.. reasons.Where(reason => reason.Role is not null)
            .OrderBy(reason => reason.Ability).ThenBy(reason => reason.Everywhere).ThenBy(reason => reason.PersonName, StringComparer.CurrentCulture)];
    }
}
