using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Keys;

/// <summary>Makes a new enrolment link for a person who has no key yet, and withdraws the one that waits.</summary>
public sealed class InviteToEnrol(Access access, TimeProvider clock)
{
    /// <summary>The invitation; the token is shown once.</summary>
    public sealed record Result(UserCode UserCode, string EnrolmentToken, DateTimeOffset ExpiresAt);

    /// <summary>Invites.</summary>
    /// <exception cref="Refused">Nobody has this id, the person is deactivated, or has a key already.</exception>
    public async Task<Result> RunAsync(PersonId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateKeys, cancellationToken);
        var now = clock.GetUtcNow();
        var person = await db.People.SingleOrDefaultAsync(person => person.Id == id && person.DeactivatedAt == null, cancellationToken)
            ?? throw new Refused(PeopleRefusals.Unknown);
        // A link alone must never open an account that somebody uses: that would be a way around the key.
        if (await db.SecurityKeys.AnyAsync(key => key.PersonId == id && key.RemovedAt == null, cancellationToken))
        {
            throw new Refused(KeyRefusals.HasKey);
        }

        var waiting = await db.Enrolments
            .Where(enrolment => enrolment.PersonId == id && enrolment.UsedAt == null && enrolment.WithdrawnAt == null)
            .ToListAsync(cancellationToken);
        waiting.ForEach(enrolment => enrolment.Withdraw(now));

        var token = SecretText.Create();
        var invitation = Enrolment.Invite(id, SecretText.Hash(token), access.Caller.Person, now);
        db.Add(invitation);
        await db.SaveChangesAsync(cancellationToken);
        return new(person.UserCode, token, invitation.ExpiresAt);
    }
}
