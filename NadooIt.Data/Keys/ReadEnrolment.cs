using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>Reads an invitation by the token of its link, for whoever opens the link.</summary>
public sealed class ReadEnrolment(Access access, CurrentUser user, TimeProvider clock)
{
    /// <summary>Who is invited.</summary>
    /// <exception cref="Refused">The link is unknown, used, withdrawn or too old, or somebody else is signed in here.</exception>
    public async Task<KeyOwner> RunAsync(string token, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("read an invitation");
        var (_, owner) = await db.OpenEnrolmentAsync(token, user.Caller, clock.GetUtcNow(), cancellationToken);
        return owner;
    }
}

internal static class OpenEnrolments
{
    public static async Task<(Enrolment Enrolment, KeyOwner Owner)> OpenEnrolmentAsync(
        this NadooItDb db, string token, Caller? caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var hash = SecretText.Hash(token);
        var enrolment = await db.Enrolments.SingleOrDefaultAsync(enrolment => enrolment.TokenHash == hash, cancellationToken);
        if (enrolment is null || !enrolment.IsOpenAt(now))
        {
            throw new Refused(KeyRefusals.EnrolmentClosed);
        }

        var owner = await db.People
            .Where(person => person.Id == enrolment.PersonId && person.DeactivatedAt == null)
            .Select(person => new KeyOwner(person.Id, person.UserCode, person.DisplayName))
            .SingleOrDefaultAsync(cancellationToken) ?? throw new Refused(KeyRefusals.EnrolmentClosed);
        // Of two links that were made at once, the second must not be a way around the key of the first; of a recovery,
        // only the one that still stands.
        if (enrolment.RecoveryId is { } recovery)
        {
            if ((await db.OpenRecoveryAsync(owner.Id, now, cancellationToken)) is not { } open || open.Id != recovery || open.StateAt(now) != KeyRecoveryState.Confirmed)
            {
                throw new Refused(KeyRefusals.EnrolmentClosed);
            }
        }
        else if (await db.SecurityKeys.AnyAsync(key => key.PersonId == owner.Id, cancellationToken))
        {
            throw new Refused(KeyRefusals.EnrolmentClosed);
        }

        if (caller is not null && caller.Person != owner.Id)
        {
            throw new Refused(KeyRefusals.EnrolmentForSomebodyElse);
        }

        return (enrolment, owner);
    }
}
