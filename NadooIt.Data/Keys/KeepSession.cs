using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>
/// Asks with one query whether a session still counts, and notes its use to the minute. Every request asks, and every
/// open page every few seconds.
/// </summary>
public sealed class KeepSession(Access access, TimeProvider clock)
{
    private static readonly TimeSpan Precision = TimeSpan.FromMinutes(1);

    /// <summary>Whose session it is said to be.</summary>
    /// <param name="Person">The person.</param>
    /// <param name="Session">The session.</param>
    /// <param name="IsUse">Whether the person did something, so that the session lasts longer.</param>
    /// <param name="Limits">How long it lasts.</param>
    public sealed record Input(PersonId Person, SessionId Session, bool IsUse, SessionLimits Limits);

    /// <summary>Asks.</summary>
    /// <returns>The address from which the person signed in; null when the session does not count any more.</returns>
    public async Task<string?> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("keep a session");
        var now = clock.GetUtcNow();
        var session = await db.Sessions.AsNoTracking().SingleOrDefaultAsync(
            session => session.Id == input.Session && session.PersonId == input.Person && session.EndedAt == null && session.ExpiresAt > now
                && db.People.Any(person => person.Id == input.Person && person.DeactivatedAt == null),
            cancellationToken);
        if (session is null)
        {
            return null;
        }

        if (input.IsUse && now - session.LastSeenAt >= Precision)
        {
            var expiry = input.Limits.ExpiryOf(session.StartedAt, now);
            await db.Sessions.Where(row => row.Id == session.Id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.LastSeenAt, now).SetProperty(row => row.ExpiresAt, expiry), cancellationToken);
        }

        return session.Address;
    }
}
