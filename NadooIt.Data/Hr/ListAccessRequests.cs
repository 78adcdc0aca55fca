using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>The caller's own requests, and those of others that wait for somebody like the caller.</summary>
public sealed class ListAccessRequests(Access access, TimeProvider clock)
{
    // Requests lapse after a month, so what waits at once is little; beyond this the oldest come first.
    private const int MostWaiting = 500;

    /// <summary>What is listed.</summary>
    /// <param name="ToDecide">Open requests of others that the caller can grant, the oldest first.</param>
    /// <param name="Own">The caller's own, open and closed, the newest first.</param>
    public sealed record Result(IReadOnlyList<Row> ToDecide, Page<Row> Own);

    /// <summary>One request.</summary>
    public sealed record Row(AccessRequestId Id, string Asker, string Customer, Ability Ability, string Why, DateTimeOffset AskedAt, AccessRequestState State);

    /// <summary>Lists.</summary>
    /// <param name="page">Which page of the own ones.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task<Result> RunAsync(PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenBeyondAsync(Ability.ManageOwnAccount, "list requests", cancellationToken);
        var (me, now) = (access.Caller.Person, clock.GetUtcNow());
        var home = await db.OperatorIdAsync(cancellationToken);
        var grants = db.Fence.Grants;
        var reaches = Roles.All.Select(role => grants.Of(role.Give)).ToList();
        var everywhere = reaches.Any(reach => reach.Everywhere);
        var places = reaches.SelectMany(reach => reach.Customers).Distinct().ToList();

        // The rule itself decides; the reach only keeps what has to be asked small.
        var waiting = everywhere || places.Count > 0
            ? await db.AccessRequests.AsNoTracking()
                .Where(request => request.Outcome == null && request.ExpiresAt > now && request.PersonId != me && (everywhere || places.Contains(request.CustomerId)))
                .OrderBy(request => request.Id).Take(MostWaiting).ToListAsync(cancellationToken)
            : [];
        var toDecide = waiting.Where(request => AccessRequests.MayDecide(db.Fence, request, home)).Take(PageRequest.LargestSize).ToList();
        var own = await db.AccessRequests.AsNoTracking().Where(request => request.PersonId == me).OrderByDescending(request => request.Id).ToPageAsync(page, cancellationToken);

        var shown = toDecide.Concat(own.Rows).ToList();
        var people = shown.Select(request => request.PersonId).Distinct().ToList();
        var customers = shown.Select(request => request.CustomerId).Distinct().ToList();
        var names = await db.PersonNames.Where(person => people.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.DisplayName, cancellationToken);
        var where = await db.Customers.Where(customer => customers.Contains(customer.Id)).ToDictionaryAsync(customer => customer.Id, customer => customer.Name, cancellationToken);
        return new([.. toDecide.Select(ToRow)], new([.. own.Rows.Select(ToRow)], own.Total, own.Request));

        Row ToRow(AccessRequest request) =>
            new(request.Id, names[request.PersonId], where[request.CustomerId], request.Ability, request.Why, request.AskedAt, request.StateAt(now));
    }
}
