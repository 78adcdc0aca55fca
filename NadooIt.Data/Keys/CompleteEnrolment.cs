using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;
using NadooIt.Domain.People;

namespace NadooIt.Data.Keys;

/// <summary>Stores the key of an invited person and uses the invitation up. Her running sessions end, after a recovery her lost keys too.</summary>
public sealed class CompleteEnrolment(Access access, CurrentUser user, TimeProvider clock)
{
    /// <summary>What is stored.</summary>
    /// <param name="Token">The token of the link.</param>
    /// <param name="Person">For whom the key was made.</param>
    /// <param name="KeyName">What the key is called.</param>
    /// <param name="Key">The key.</param>
    public sealed record Input(string Token, PersonId Person, string KeyName, Credential Key);

    /// <summary>Stores the key and returns the user code.</summary>
    /// <exception cref="Refused">The link is not open any more, somebody else is signed in, the key is known, or her roles do not take its model.</exception>
    public async Task<UserCode> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("enrol a key");
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Two links of one person that are answered at once must not both succeed.
        await db.AdvisoryLockAsync(BitConverter.ToInt64(input.Person.Value.ToByteArray().AsSpan(8)), cancellationToken);
        var now = clock.GetUtcNow();
        var (enrolment, owner) = await db.OpenEnrolmentAsync(input.Token, user.Caller, now, cancellationToken);
        if (owner.Id != input.Person)
        {
            throw new Refused(KeyRefusals.EnrolmentClosed);
        }

        enrolment.Use(now);
        if (enrolment.RecoveryId is not null)
        {
            await db.CompleteRecoveryAsync(owner.Id, now, cancellationToken);
        }

        (await db.KeyPolicyOfAsync(owner.Id, BusinessTime.DayOf(now), cancellationToken)).Require(input.Key.AuthenticatorModel, KeyRefusals.ModelNotAllowed);
        var key = SecurityKey.Register(owner.Id, input.KeyName, input.Key, now);
        db.Add(key);
        if (enrolment.RecoveryId is not null)
        {
            db.Add(Notice.Tell(owner.Id, NoticeKind.KeyAdded, key.Id.Value, [key.Name], now));
        }

        try
        {
            await db.SaveKeyAsync(cancellationToken);
        }
        catch (Refused refused) when (refused.Refusal == CommonRefusals.ChangedMeanwhile)
        {
            throw new Refused(KeyRefusals.EnrolmentClosed);
        }

        await db.EndSessionsAsync(owner.Id, null, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return owner.UserCode;
    }
}
