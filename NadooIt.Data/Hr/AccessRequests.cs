using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Hr;

/// <summary>What the use cases of requests have in common.</summary>
internal static class AccessRequests
{
    /// <summary>
    /// The request, if the caller of this context, in which everything is inside, could give what it asks for.
    /// </summary>
    /// <exception cref="Refused">There is none, or the caller could not; nobody learns which.</exception>
    public static async Task<AccessRequest> ToDecideAsync(this NadooItDb db, AccessRequestId id, Ability ability, CancellationToken cancellationToken)
    {
        var home = await db.OperatorIdAsync(cancellationToken);
        var request = await db.AccessRequests.SingleOrDefaultAsync(found => found.Id == id && found.Ability == ability, cancellationToken);
        return request is not null && MayDecide(db.Fence, request, home) ? request : throw new Refused(CommonRefusals.NotFound);
    }

    /// <summary>Whether the caller could give what is asked for. Nobody answers himself.</summary>
    public static bool MayDecide(Fence fence, AccessRequest request, CustomerId home) =>
        request.PersonId != fence.Caller?.Person && GivingRoles.MayGive(fence.Grants, request.Ability, request.CustomerId, request.CustomerId == home);

    /// <summary>Nobody needs to act on a request any more: what was told about it is put aside.</summary>
    public static async Task FinishNoticesAsync(this NadooItDb db, AccessRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var told = await db.Notices
            .Where(notice => notice.Kind == NoticeKind.AccessAsked && notice.Subject == request.Id.Value && notice.DoneAt == null)
            .ToListAsync(cancellationToken);
        told.ForEach(notice => notice.Finish(now));
    }

    /// <summary>Tells the asker what came of it.</summary>
    /// <param name="db">A context in which everything is inside.</param>
    /// <param name="request">The request.</param>
    /// <param name="kind">What came of it.</param>
    /// <param name="words">What the sentence needs after the ability and the customer.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public static async Task TellAskerAsync(
        this NadooItDb db, AccessRequest request, NoticeKind kind, IEnumerable<string> words, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var customer = await db.Customers.Where(found => found.Id == request.CustomerId).Select(found => found.Name).SingleAsync(cancellationToken);
        db.Add(Notice.Tell(request.PersonId, kind, request.Id.Value, [request.Ability.ToString(), customer, .. words], now));
    }

    /// <summary>The asker's contract is gone: nobody answers what she asked for there.</summary>
    public static async Task LapseRequestsAsync(this NadooItDb db, PersonId person, CustomerId customer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var open = await db.AccessRequests.Where(request => request.PersonId == person && request.CustomerId == customer && request.Outcome == null).ToListAsync(cancellationToken);
        foreach (var request in open)
        {
            request.Lapse(now);
            await db.FinishNoticesAsync(request, now, cancellationToken);
        }
    }
}
