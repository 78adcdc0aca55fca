using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using Npgsql;

namespace NadooIt.Data.Keys;

/// <summary>What saving a key has in common wherever a key comes from.</summary>
internal static class KeySaving
{
    /// <summary>Saves; a key that is somebody's already is refused, whoever comes second.</summary>
    public static async Task SaveKeyAsync(this NadooItDb db, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (IsTaken(exception))
        {
            throw new Refused(KeyRefusals.AlreadyRegistered);
        }
    }

    /// <summary>Ends every running session of a person but one: whoever came in by other keys has to sign in again.</summary>
    public static Task<int> EndSessionsAsync(this NadooItDb db, PersonId person, SessionId? except, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Sessions
            .Where(session => session.PersonId == person && session.EndedAt == null && session.Id != (except ?? default(SessionId)))
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, now), cancellationToken);

    /// <summary>What is delicate asks for a touch of the key not older than five minutes.</summary>
    /// <exception cref="Refused">The touch is older, or no session calls.</exception>
    public static async Task RequireFreshTouchAsync(this NadooItDb db, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var session = await db.Sessions.AsNoTracking()
            .SingleOrDefaultAsync(session => session.Id == caller.Session && session.PersonId == caller.Person, cancellationToken);
        if (session?.IsFreshAt(now) != true)
        {
            throw new Refused(KeyRefusals.FreshTouchNeeded);
        }
    }

    private static bool IsTaken(DbUpdateException exception) =>
        exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "security_key" };
}
