using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Hr;

/// <summary>The caller's own name, code and language, and every contract with its roles.</summary>
public sealed class ReadProfile(Access access, TimeProvider clock)
{
    /// <summary>The profile.</summary>
    /// <param name="DisplayName">The name that others see.</param>
    /// <param name="UserCode">The code for signing in.</param>
    /// <param name="Culture">Chosen language; null follows the browser.</param>
    /// <param name="CreatedAt">When the person was registered.</param>
    /// <param name="Version">Version of the record, for edits.</param>
    /// <param name="Contracts">All contracts, running ones first.</param>
    public sealed record Result(string DisplayName, UserCode UserCode, string? Culture, DateTimeOffset CreatedAt, uint Version, IReadOnlyList<Contract> Contracts);

    /// <summary>One own contract.</summary>
    public sealed record Contract(
        EmployeeContractId Id, CustomerId Customer, string CustomerName, ContractState State, DateOnly StartsOn, DateOnly? EndsOn, DateTimeOffset CreatedAt, string CreatedBy,
        DateTimeOffset? EndedAt, string? EndedBy, string? EndReason, IReadOnlyList<HeldRoleRow> Roles);

    /// <summary>Reads.</summary>
    public async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var me = access.Caller.Person;
        var today = BusinessTime.DayOf(clock.GetUtcNow());
        var person = await db.People.SingleAsync(found => found.Id == me, cancellationToken);
        var contracts = await db.EmployeeContracts.Where(contract => contract.PersonId == me)
            .Include(contract => contract.Roles).ThenInclude(role => role.Abilities)
            .OrderBy(contract => contract.Id)
            .ToListAsync(cancellationToken);
        var givers = await Givers.OfAsync(db, contracts, cancellationToken);
        var own = from contract in contracts
                  let state = EmployeeContract.StateOn(today, contract.StartsOn, contract.EndsOn, contract.DeactivatedAt)
                  orderby state, contract.StartsOn
                  select new Contract(
                      contract.Id, contract.CustomerId, givers.Customer(contract.Id) ?? "", state, contract.StartsOn, contract.EndsOn, contract.CreatedAt,
                      givers.Name(contract.CreatedBy), contract.DeactivatedAt, givers.Name(contract.DeactivatedBy), contract.DeactivationReason,
                      HeldRoleRows.Of(db, contract, givers, today));
        return new(person.DisplayName, person.UserCode, person.Culture, person.CreatedAt, db.VersionOf(person), [.. own]);
    }
}
