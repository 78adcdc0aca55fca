using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>What offboarding somebody takes away and who can take over, to be shown before: found by really doing it and taking it back.</summary>
public sealed class ReadOffboarding(Access access, TimeProvider clock)
{
    /// <summary>The consequences.</summary>
    /// <param name="Contracts">How many contracts end.</param>
    /// <param name="OtherContracts">How many more of the person's contracts the caller may end.</param>
    /// <param name="HandedOver">How many open tasks go to the receiver.</param>
    /// <param name="PutAside">How many open tasks are put aside.</param>
    /// <param name="GivenOnward">How many running roles the person gave to others under the contract; they stay unless ended too.</param>
    /// <param name="MayDeactivate">Whether the caller may deactivate the person.</param>
    /// <param name="Lost">Who loses what, and which API keys and programs stop.</param>
    /// <param name="Receivers">Who could take over.</param>
    public sealed record Result(
        int Contracts, int OtherContracts, int HandedOver, int PutAside, int GivenOnward, bool MayDeactivate, Consequences Lost, IReadOnlyList<Receiver> Receivers);

    /// <summary>Somebody who works at the same customer.</summary>
    public sealed record Receiver(PersonId Person, string DisplayName);

    /// <summary>Does it, looks, and takes it back.</summary>
    /// <exception cref="Refused">As <see cref="Offboard"/> would be refused.</exception>
    public async Task<Result> RunAsync(Offboard.Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenBeyondAsync(Ability.EndContracts, "show what offboarding takes away", cancellationToken);
        var now = clock.GetUtcNow();
        var today = BusinessTime.DayOf(now);
        var reach = db.Fence.Grants.Of(Ability.EndContracts);
        var contract = await db.EmployeeContracts.AsNoTracking().SingleOrDefaultAsync(found => found.Id == input.Contract, cancellationToken);
        if (contract is null || !reach.Includes(contract.CustomerId))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        var others = await db.EmployeeContracts.CountAsync(
            other => other.PersonId == contract.PersonId && other.Id != contract.Id && other.DeactivatedAt == null && (other.EndsOn == null || other.EndsOn >= today)
                && (reach.Everywhere || reach.Customers.Contains(other.CustomerId)),
            cancellationToken);
        var onward = await Revocation.GivenOnward(db, contract.Id, today).CountAsync(cancellationToken);
        var receivers = await (
            from other in db.EmployeeContracts
            where other.CustomerId == contract.CustomerId && other.PersonId != contract.PersonId && other.DeactivatedAt == null
                && other.StartsOn <= today && (other.EndsOn == null || other.EndsOn >= today)
            join person in db.People on other.PersonId equals person.Id
            where person.DeactivatedAt == null
            orderby person.DisplayName, person.Id
            select new Receiver(person.Id, person.DisplayName)).Take(PageRequest.LargestSize).ToListAsync(cancellationToken);

        var all = await db.EmployeeContracts.Where(other => other.PersonId == contract.PersonId).Select(other => other.Id).ToListAsync(cancellationToken);
        var people = await Rehearsal.PeopleAroundAsync(db, all, cancellationToken);
        Offboard.Result? done = null;
        var lost = await Rehearsal.OfAsync(
            db, people, reach, now, async () => done = await Offboard.ApplyAsync(db, input with { Reason = "-", Version = 0 }, now, cancellationToken), cancellationToken);
        return new(
            done!.Contracts, others, done.HandedOver, done.PutAside, onward, db.Fence.Grants.Holds(Ability.DeleteKeys), lost, receivers);
    }
}
