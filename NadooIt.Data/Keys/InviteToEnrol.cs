using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Keys;

/// <summary>Makes a new enrolment link for a person who never had a key or whose recovery is confirmed, and withdraws the one that waits.</summary>
public sealed class InviteToEnrol(Access access, TimeProvider clock)
{
    /// <summary>The invitation; the token is shown once.</summary>
    public sealed record Result(UserCode UserCode, string EnrolmentToken, DateTimeOffset ExpiresAt);

    /// <summary>Invites.</summary>
    /// <exception cref="Refused">Nobody has this id, the person is deactivated, or has or had a key and no confirmed recovery.</exception>
    public async Task<Result> RunAsync(PersonId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateKeys, cancellationToken);
        var now = clock.GetUtcNow();
        var person = await db.People.SingleOrDefaultAsync(person => person.Id == id && person.DeactivatedAt == null, cancellationToken)
            ?? throw new Refused(PeopleRefusals.Unknown);
        var recovery = await db.OpenRecoveryAsync(id, now, cancellationToken);
        // A link alone must never open an account that somebody uses or used: that would be a way around the key.
        if (recovery?.StateAt(now) != KeyRecoveryState.Confirmed && await db.SecurityKeys.AnyAsync(key => key.PersonId == id, cancellationToken))
        {
            throw new Refused(KeyRefusals.HasKey);
        }

        await db.WithdrawEnrolmentsAsync(id, now, cancellationToken);
        var token = SecretText.Create();
        var invitation = Enrolment.Invite(id, SecretText.Hash(token), access.Caller.Person, now, recovery?.Id);
        db.Add(invitation);
        await db.SaveChangesAsync(cancellationToken);
        return new(person.UserCode, token, invitation.ExpiresAt);
    }
}
