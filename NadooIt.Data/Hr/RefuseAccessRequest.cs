using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Hr;

/// <summary>Says no to a request, with the reason that the asker reads. Whoever could grant it may refuse it.</summary>
public sealed class RefuseAccessRequest(Access access, TimeProvider clock)
{
    /// <summary>Which request, and why not.</summary>
    /// <param name="Request">The request.</param>
    /// <param name="Ability">What it asks for; it decides which ability is needed to answer it.</param>
    /// <param name="Reason">Why not, 1 to 500 characters.</param>
    public sealed record Input(AccessRequestId Request, Ability Ability, string Reason);

    /// <summary>Refuses.</summary>
    /// <exception cref="Refused">It is out of reach or not open any more, or no reason is given.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        var role = Roles.Carrying(input.Ability) ?? throw new Refused(AccessRequestRefusals.NotToBeGiven);
        await using var db = await access.OpenBeyondAsync(role.Give, "refuse a request", cancellationToken);
        var (me, now) = (access.Caller.Person, clock.GetUtcNow());
        var request = await db.ToDecideAsync(input.Request, input.Ability, cancellationToken);
        request.Refuse(me, input.Reason, now);
        await db.FinishNoticesAsync(request, now, cancellationToken);
        await db.TellAskerAsync(request, NoticeKind.AccessRefused, [.. await db.NamesAsync([me], cancellationToken), request.Answer!], now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }
}
