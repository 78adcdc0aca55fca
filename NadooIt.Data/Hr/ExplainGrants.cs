using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>What the person of an employee contract may do at that customer, and why: the same computation as the door's.</summary>
public sealed class ExplainGrants(Access access, TimeProvider clock)
{
    /// <summary>Explains; one row per ability and reason, in the order of the abilities.</summary>
    /// <exception cref="Refused">The contract lies outside the caller's reach.</exception>
    public async Task<IReadOnlyList<GrantReason>> RunAsync(EmployeeContractId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewEmployees, cancellationToken);
        var employment = await db.EmployeeContracts.Where(contract => contract.Id == id)
            .Select(contract => new { contract.PersonId, contract.CustomerId })
            .SingleOrDefaultAsync(cancellationToken) ?? throw new Refused(CommonRefusals.NotFound);

        // A contract with NADOO can reach this customer too and lies outside the fence; only what counts here is told.
        await using var all = access.OpenForSystem("explain what an employee may do at a customer");
        var active = await all.People.AnyAsync(person => person.Id == employment.PersonId && person.DeactivatedAt == null, cancellationToken);
        var reasons = active
            ? await GrantReasons.AtAsync(all, employment.CustomerId, contract => contract.PersonId == employment.PersonId, BusinessTime.DayOf(clock.GetUtcNow()), cancellationToken)
            : [];
        return [.. reasons.OrderBy(reason => reason.Ability).ThenBy(reason => reason.Everywhere)];
    }
}
