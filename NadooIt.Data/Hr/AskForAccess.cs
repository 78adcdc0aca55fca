using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Hr;

/// <summary>Asks those who can give an ability at a customer for it. Each of them finds the request in the inbox.</summary>
public sealed class AskForAccess(Access access, TimeProvider clock)
{
    /// <summary>Most people who are told of one request.</summary>
    private const int MostTold = 50;

    /// <summary>What is asked for.</summary>
    /// <param name="Ability">The ability.</param>
    /// <param name="Customer">Where; the caller needs a running contract there.</param>
    /// <param name="Why">Why, at most 500 characters; may be empty.</param>
    public sealed record Input(Ability Ability, CustomerId Customer, string Why);

    /// <summary>Asks.</summary>
    /// <exception cref="Refused">
    /// No role carries it there, the caller does not work there, holds it already or has asked already, asks for too much
    /// at once, or nobody else could give it.
    /// </exception>
    public async Task<AccessRequestId> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenBeyondAsync(Ability.ManageOwnAccount, "ask for an ability", cancellationToken);
        var (me, now) = (access.Caller.Person, clock.GetUtcNow());
        var today = BusinessTime.DayOf(now);
        var request = AccessRequest.Ask(me, input.Ability, input.Customer, input.Why, now);

        // A customer that does not exist is answered like one at which the caller does not work.
        var works = await db.EmployeeContracts.AnyAsync(
            contract => contract.PersonId == me && contract.CustomerId == input.Customer
                && contract.DeactivatedAt == null && contract.StartsOn <= today && (contract.EndsOn == null || contract.EndsOn >= today),
            cancellationToken);
        var customer = works ? await db.Customers.SingleAsync(found => found.Id == input.Customer, cancellationToken) : throw new Refused(HrRefusals.NotRunning);
        if (Roles.Carrying(input.Ability)!.AtOperatorOnly && !customer.IsOperator)
        {
            throw new Refused(AccessRequestRefusals.NotToBeGiven);
        }

        if (db.Fence.Grants.Of(input.Ability).Includes(customer.Id))
        {
            throw new Refused(AccessRequestRefusals.HeldAlready);
        }

        var able = await PeopleWhoCanGive.AtAsync(db, input.Ability, [customer.Id], me, today, cancellationToken);
        if (able.Count == 0)
        {
            throw new Refused(AccessRequestRefusals.NobodyCanGive);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.AdvisoryLockAsync(Locks.RequestsOf(me), cancellationToken);
        await MakeRoomAsync(db, request, now, cancellationToken);
        db.Add(request);
        var name = await db.PersonNames.Where(person => person.Id == me).Select(person => person.DisplayName).SingleAsync(cancellationToken);
        foreach (var giver in able.Take(MostTold))
        {
            db.Add(Notice.Tell(giver, NoticeKind.AccessAsked, request.Id.Value, [name, input.Ability.ToString(), customer.Name, request.Why], now));
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return request.Id;
    }

    /// <summary>The same request waits only once, and one that is too old gives way.</summary>
    private static async Task MakeRoomAsync(NadooItDb db, AccessRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var open = await db.AccessRequests.Where(other => other.PersonId == request.PersonId && other.Outcome == null).ToListAsync(cancellationToken);
        var waiting = open.Where(other => other.StateAt(now) == AccessRequestState.Open).ToList();
        if (waiting.Any(other => other.Ability == request.Ability && other.CustomerId == request.CustomerId))
        {
            throw new Refused(AccessRequestRefusals.AlreadyOpen);
        }

        if (waiting.Count >= AccessRequest.MostOpen)
        {
            throw new Refused(AccessRequestRefusals.TooMany);
        }

        foreach (var old in open.Except(waiting))
        {
            old.Lapse(now);
        }

        await db.SaveChangesAsync(cancellationToken);
    }
}
