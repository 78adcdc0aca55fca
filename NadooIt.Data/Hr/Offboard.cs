using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>
/// Somebody leaves: her contracts with everything that hangs on them, her open tasks, and if wanted her whole access end in
/// one transaction. What waits for her is handed over or put aside.
/// </summary>
public sealed class Offboard(Access access, TimeProvider clock)
{
    /// <summary>Who leaves, and how.</summary>
    /// <param name="Contract">The contract that ends.</param>
    /// <param name="Reason">Why, 1 to 500 characters.</param>
    /// <param name="Version">The version of the contract that the caller saw.</param>
    /// <param name="AllContracts">Whether her other contracts, as far as the caller may end them, end too.</param>
    /// <param name="AlsoGivenOnward">Whether the roles that she gave to others under them end too, as far as the caller reaches.</param>
    /// <param name="Deactivate">Whether she is deactivated: sessions, links and keys end. It takes the ability to delete keys, and a fresh touch.</param>
    /// <param name="HandOverTo">Who takes her open tasks, as far as they are his to do; null puts them aside.</param>
    public sealed record Input(
        EmployeeContractId Contract, string Reason, uint Version, bool AllContracts = false, bool AlsoGivenOnward = false, bool Deactivate = false, PersonId? HandOverTo = null);

    /// <summary>What came of it.</summary>
    /// <param name="Contracts">How many contracts ended.</param>
    /// <param name="HandedOver">How many tasks were handed over.</param>
    /// <param name="PutAside">How many were put aside.</param>
    public sealed record Result(int Contracts, int HandedOver, int PutAside);

    /// <summary>Ends and hands over.</summary>
    /// <exception cref="Refused">
    /// It is out of reach, the caller's own, ended already or changed meanwhile; the receiver does not work there; the last
    /// key manager would go; or the last touch of the caller's key is not fresh.
    /// </exception>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenBeyondAsync(Ability.EndContracts, "offboard a person", cancellationToken);
        var now = clock.GetUtcNow();
        if (input.Deactivate)
        {
            await db.RequireFreshTouchAsync(access.Caller, now, cancellationToken);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var result = await ApplyAsync(db, input, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    /// <summary>Does it in the open transaction and saves; a rehearsal, which has seen no version, passes 0.</summary>
    internal static async Task<Result> ApplyAsync(NadooItDb db, Input input, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (me, reach) = (db.Fence.Caller!.Person, db.Fence.Grants.Of(Ability.EndContracts));
        var contract = await db.EmployeeContracts.AsNoTracking().SingleOrDefaultAsync(found => found.Id == input.Contract, cancellationToken);
        if (contract is null || !reach.Includes(contract.CustomerId))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        if (contract.PersonId == me)
        {
            throw new Refused(HrRefusals.NotToOneself);
        }

        if (input.Deactivate && !db.Fence.Grants.Holds(Ability.DeleteKeys))
        {
            throw new AccessDenied(Ability.DeleteKeys);
        }

        var ending = await ContractsAsync(db, contract, input.AllContracts, reach, now, cancellationToken);
        var tasks = new OpenTasks(db, contract.PersonId, input.Deactivate ? null : [.. ending.Select(found => found.CustomerId)]);
        var receiver = input.HandOverTo is { } to ? await ReceiverAsync(db, to, contract, now, cancellationToken) : null;
        var (handedOver, putAside) = await tasks.HandOverAsync(receiver, now, cancellationToken);
        foreach (var found in ending)
        {
            var version = found.Id == contract.Id ? input.Version : 0;
            await EndContract.ApplyAsync(db, new(found.Id, input.Reason, version, input.AlsoGivenOnward), now, cancellationToken);
        }

        if (input.Deactivate)
        {
            await DeactivatePerson.ApplyAsync(db, contract.PersonId, now, cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        return new(ending.Count, handedOver, putAside);
    }

    /// <summary>The contract first, then the others that have neither ended nor run out.</summary>
    private static async Task<IReadOnlyList<EmployeeContract>> ContractsAsync(
        NadooItDb db, EmployeeContract contract, bool all, Reach reach, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!all)
        {
            return [contract];
        }

        var today = BusinessTime.DayOf(now);
        var others = await db.EmployeeContracts.AsNoTracking()
            .Where(other => other.PersonId == contract.PersonId && other.Id != contract.Id && other.DeactivatedAt == null && (other.EndsOn == null || other.EndsOn >= today))
            .Where(other => reach.Everywhere || reach.Customers.Contains(other.CustomerId))
            .OrderBy(other => other.Id).ToListAsync(cancellationToken);
        return [contract, .. others];
    }

    /// <summary>Tasks go to somebody who works at the same customer, and only as far as he may do them.</summary>
    private static async Task<TaskReceiver> ReceiverAsync(NadooItDb db, PersonId to, EmployeeContract leaving, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var today = BusinessTime.DayOf(now);
        var contracts = await db.EmployeeContracts.AsNoTracking()
            .Where(contract => contract.PersonId == to && contract.DeactivatedAt == null && db.People.Any(person => person.Id == to && person.DeactivatedAt == null))
            .Include(contract => contract.Roles).ThenInclude(role => role.Abilities)
            .ToListAsync(cancellationToken);
        if (to == leaving.PersonId || !contracts.Any(contract => contract.CustomerId == leaving.CustomerId && contract.IsRunningOn(today)))
        {
            throw new Refused(HrRefusals.NotRunning);
        }

        var home = await db.OperatorIdAsync(cancellationToken);
        return new(to, HeldContracts.GrantsOf(contracts, [home], today), home);
    }
}

/// <summary>Who takes tasks over, and what he may do.</summary>
internal sealed record TaskReceiver(PersonId Person, Grants Grants, CustomerId Home);
