using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Audit;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Hr;

/// <summary>One employee contract with its roles, and the person's other contracts with the same customer.</summary>
public sealed class ReadEmployee(Access access, TimeProvider clock)
{
    /// <summary>The contract.</summary>
    /// <param name="Id">The contract.</param>
    /// <param name="Person">Whose it is.</param>
    /// <param name="DisplayName">Name of the person.</param>
    /// <param name="UserCode">Code of the person.</param>
    /// <param name="PersonIsActive">Whether the person may sign in.</param>
    /// <param name="Customer">With whom.</param>
    /// <param name="CustomerName">Name of the customer.</param>
    /// <param name="CustomerIsArchived">Whether the customer is archived.</param>
    /// <param name="State">Where the contract stands today.</param>
    /// <param name="StartsOn">First day.</param>
    /// <param name="EndsOn">Last day; null for an open end.</param>
    /// <param name="CreatedAt">When it was created.</param>
    /// <param name="CreatedBy">By whom.</param>
    /// <param name="EndedAt">When it was ended before its time.</param>
    /// <param name="EndedBy">By whom.</param>
    /// <param name="EndReason">Why.</param>
    /// <param name="Version">Version of the record, for edits.</param>
    /// <param name="Roles">The roles on it, ended ones included.</param>
    /// <param name="Others">The person's other contracts with this customer, latest first.</param>
    /// <param name="Extensions">How the contract and its roles were prolonged, latest first.</param>
    public sealed record Result(
        EmployeeContractId Id, PersonId Person, string DisplayName, UserCode UserCode, bool PersonIsActive, CustomerId Customer, string CustomerName,
        bool CustomerIsArchived, ContractState State, DateOnly StartsOn, DateOnly? EndsOn, DateTimeOffset CreatedAt, string CreatedBy,
        DateTimeOffset? EndedAt, string? EndedBy, string? EndReason, uint Version, IReadOnlyList<HeldRoleRow> Roles, IReadOnlyList<Other> Others,
        IReadOnlyList<Extension> Extensions);

    /// <summary>A prolongation of the contract, or of a role on it.</summary>
    public sealed record Extension(Role? Role, DateOnly Before, DateOnly? After, string By, DateTimeOffset At, string Reason);

    /// <summary>Another contract of the same person with the same customer.</summary>
    public sealed record Other(EmployeeContractId Id, DateOnly StartsOn, DateOnly? EndsOn, DateTimeOffset? EndedAt, ContractState State);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">It does not exist within the caller's reach.</exception>
    public async Task<Result> RunAsync(EmployeeContractId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewEmployees, cancellationToken);
        var today = BusinessTime.DayOf(clock.GetUtcNow());
        var contract = await db.EmployeeContracts.Include(found => found.Roles).ThenInclude(role => role.Abilities)
            .SingleOrDefaultAsync(found => found.Id == id, cancellationToken) ?? throw new Refused(CommonRefusals.NotFound);
        var person = await db.People.SingleAsync(found => found.Id == contract.PersonId, cancellationToken);
        if (person.Id != access.Caller.Person)
        {
            await AuditTrail.AddReadingAsync(db, new(nameof(EmployeeContract), id.ToString(), contract.CustomerId), clock.GetUtcNow(), cancellationToken);
        }

        var customer = await db.Customers.SingleAsync(found => found.Id == contract.CustomerId, cancellationToken);
        var givers = await Givers.OfAsync(db, [contract], cancellationToken);
        var others = await db.EmployeeContracts
            .Where(other => other.PersonId == contract.PersonId && other.CustomerId == contract.CustomerId && other.Id != id)
            .OrderByDescending(other => other.StartsOn).ThenByDescending(other => other.Id).Take(PageRequest.LargestSize)
            .Select(other => new Other(
                other.Id, other.StartsOn, other.EndsOn, other.DeactivatedAt,
                EmployeeContract.StateOn(today, other.StartsOn, other.EndsOn, other.DeactivatedAt)))
            .ToListAsync(cancellationToken);
        var prolonged = await db.PeriodExtensions.AsNoTracking().Where(extension => extension.EmployeeContractId == id)
            .OrderByDescending(extension => extension.Id).Take(PageRequest.LargestSize).ToListAsync(cancellationToken);
        var by = prolonged.Select(extension => extension.By).Distinct().ToList();
        var names = await db.PersonNames.Where(name => by.Contains(name.Id)).ToDictionaryAsync(name => name.Id, name => name.DisplayName, cancellationToken);
        return new(
            contract.Id, person.Id, person.DisplayName, person.UserCode, person.IsActive, customer.Id, customer.Name, customer.ArchivedAt is not null,
            EmployeeContract.StateOn(today, contract.StartsOn, contract.EndsOn, contract.DeactivatedAt), contract.StartsOn, contract.EndsOn,
            contract.CreatedAt, givers.Name(contract.CreatedBy), contract.DeactivatedAt, givers.Name(contract.DeactivatedBy), contract.DeactivationReason,
            db.VersionOf(contract), HeldRoleRows.Of(db, contract, givers, today), others,
            [.. prolonged.Select(extension => new Extension(
                contract.Roles.FirstOrDefault(role => role.Id == extension.RoleContractId)?.Role, extension.Before, extension.After, names[extension.By], extension.At, extension.Reason))]);
    }
}
