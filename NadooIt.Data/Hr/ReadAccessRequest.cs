using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>One request, for whoever asked and for those who can give what it asks for.</summary>
public sealed class ReadAccessRequest(Access access, TimeProvider clock)
{
    /// <summary>The request.</summary>
    /// <param name="Id">The request.</param>
    /// <param name="Asker">Display name of who asks.</param>
    /// <param name="Contract">The asker's running contract there; null when it has ended.</param>
    /// <param name="Customer">Where.</param>
    /// <param name="CustomerName">Its name.</param>
    /// <param name="Ability">What for.</param>
    /// <param name="Why">Why; empty when nothing was said.</param>
    /// <param name="AskedAt">Since when.</param>
    /// <param name="ExpiresAt">Until when it can be answered.</param>
    /// <param name="State">How far it is.</param>
    /// <param name="ClosedAt">When it was answered or withdrawn.</param>
    /// <param name="ClosedBy">By whom.</param>
    /// <param name="Answer">Why it was refused.</param>
    /// <param name="IsOwn">Whether the caller asked.</param>
    /// <param name="WhoCanGive">Display names of those who can give it.</param>
    public sealed record Result(
        AccessRequestId Id, string Asker, EmployeeContractId? Contract, CustomerId Customer, string CustomerName, Ability Ability, string Why,
        DateTimeOffset AskedAt, DateTimeOffset ExpiresAt, AccessRequestState State, DateTimeOffset? ClosedAt, string? ClosedBy, string? Answer,
        bool IsOwn, IReadOnlyList<string> WhoCanGive);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">It is unknown, or neither the caller's own nor one that he could grant.</exception>
    public async Task<Result> RunAsync(AccessRequestId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenBeyondAsync(Ability.ManageOwnAccount, "read a request", cancellationToken);
        var (me, now) = (access.Caller.Person, clock.GetUtcNow());
        var today = BusinessTime.DayOf(now);
        var home = await db.OperatorIdAsync(cancellationToken);
        var request = await db.AccessRequests.AsNoTracking().SingleOrDefaultAsync(found => found.Id == id, cancellationToken);
        if (request is null || (request.PersonId != me && !AccessRequests.MayDecide(db.Fence, request, home)))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        var contract = await db.EmployeeContracts.AsNoTracking().FirstOrDefaultAsync(
            found => found.PersonId == request.PersonId && found.CustomerId == request.CustomerId
                && found.DeactivatedAt == null && found.StartsOn <= today && (found.EndsOn == null || found.EndsOn >= today),
            cancellationToken);
        var customer = await db.Customers.Where(found => found.Id == request.CustomerId).Select(found => found.Name).SingleAsync(cancellationToken);
        var able = await PeopleWhoCanGive.AtAsync(db, request.Ability, [request.CustomerId], request.PersonId, today, cancellationToken);
        return new(
            id, (await db.NamesAsync([request.PersonId], cancellationToken))[0], contract?.Id, request.CustomerId, customer, request.Ability, request.Why,
            request.AskedAt, request.ExpiresAt, request.StateAt(now), request.ClosedAt,
            request.ClosedBy is { } closer ? (await db.NamesAsync([closer], cancellationToken))[0] : null, request.Answer,
            request.PersonId == me, await db.NamesAsync(able.Take(WhoCanGive.MostNames), cancellationToken));
    }
}
