using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>The browsers in which the caller is signed in.</summary>
public sealed class ListOwnSessions(Access access, TimeProvider clock)
{
    private const int Most = 100;

    /// <summary>One browser, and whether it is the one that asks.</summary>
    public sealed record Row(SessionId Id, string Device, string Address, DateTimeOffset StartedAt, DateTimeOffset LastSeenAt, bool IsThis);

    /// <summary>Lists them, the last used first.</summary>
    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var (me, mine, now) = (access.Caller.Person, access.Caller.Session, clock.GetUtcNow());
        return await db.Sessions
            .Where(session => session.PersonId == me && session.EndedAt == null && session.ExpiresAt > now)
            .OrderByDescending(session => session.LastSeenAt).ThenByDescending(session => session.Id)
            .Take(Most)
            .Select(session => new Row(session.Id, session.Device, session.Address, session.StartedAt, session.LastSeenAt, session.Id == mine))
            .ToListAsync(cancellationToken);
    }
}
