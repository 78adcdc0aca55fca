using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>What the use cases of recovery have in common.</summary>
internal static class Recoveries
{
    /// <summary>The recovery of a person that is neither finished nor refused nor too old; null without one.</summary>
    public static async Task<KeyRecovery?> OpenRecoveryAsync(this NadooItDb db, PersonId person, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var recovery = await db.LastRecoveryAsync(person, cancellationToken);
        return recovery?.IsOpenAt(now) == true ? recovery : null;
    }

    /// <summary>The same, also when it is too old.</summary>
    public static Task<KeyRecovery?> LastRecoveryAsync(this NadooItDb db, PersonId person, CancellationToken cancellationToken) =>
        db.KeyRecoveries.SingleOrDefaultAsync(
            recovery => recovery.PersonId == person && recovery.CompletedAt == null && recovery.VetoedAt == null && recovery.WithdrawnAt == null, cancellationToken);

    /// <summary>Links that wait do not open anything any more.</summary>
    public static async Task WithdrawEnrolmentsAsync(this NadooItDb db, PersonId person, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var waiting = await db.Enrolments
            .Where(enrolment => enrolment.PersonId == person && enrolment.UsedAt == null && enrolment.WithdrawnAt == null)
            .ToListAsync(cancellationToken);
        waiting.ForEach(enrolment => enrolment.Withdraw(now));
    }

    /// <summary>The person is back: the recovery is finished, and the keys that she had before count as lost.</summary>
    public static async Task CompleteRecoveryAsync(this NadooItDb db, PersonId person, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var recovery = await db.OpenRecoveryAsync(person, now, cancellationToken) ?? throw new Refused(KeyRefusals.EnrolmentClosed);
        recovery.Complete(now);
        var lost = await db.SecurityKeys.Where(key => key.PersonId == person && key.RemovedAt == null).ToListAsync(cancellationToken);
        lost.ForEach(key => key.Remove(KeyRemoval.Lost, now));
    }
}
