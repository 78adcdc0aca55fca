using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Keys;

/// <summary>Proposes that a person who lost her keys gets a new link; a second key manager has to confirm it.</summary>
public sealed class ProposeRecovery(Access access, TimeProvider clock)
{
    /// <summary>For whom, and why.</summary>
    /// <param name="Person">Who lost her keys.</param>
    /// <param name="Reason">Why, 1 to 500 characters; the person and the second key manager read it.</param>
    public sealed record Input(PersonId Person, string Reason);

    /// <summary>Proposes.</summary>
    /// <exception cref="Refused">
    /// The last touch is too old; nobody has this id, or is deactivated; she never had a key; it is the caller's own access;
    /// a recovery is open already.
    /// </exception>
    public async Task<KeyRecoveryId> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateKeys, cancellationToken);
        var (caller, now) = (access.Caller, clock.GetUtcNow());
        await db.RequireFreshTouchAsync(caller, now, cancellationToken);
        if (!await db.People.AnyAsync(person => person.Id == input.Person && person.DeactivatedAt == null, cancellationToken))
        {
            throw new Refused(PeopleRefusals.Unknown);
        }

        if (!await db.SecurityKeys.AnyAsync(key => key.PersonId == input.Person, cancellationToken))
        {
            throw new Refused(KeyRefusals.NothingToRecover);
        }

        var recovery = KeyRecovery.Propose(input.Person, caller.Person, input.Reason, now);
        if (await db.LastRecoveryAsync(input.Person, cancellationToken) is { } last)
        {
            if (last.IsOpenAt(now))
            {
                throw new Refused(KeyRefusals.RecoveryOpen);
            }

            last.GiveWay(now);
            await db.SaveChangesAsync(cancellationToken);
        }

        db.Add(recovery);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.InnerException is Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation })
        {
            throw new Refused(KeyRefusals.RecoveryOpen);
        }

        return recovery.Id;
    }
}
