using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>Takes back a recovery that is not finished; its link opens nothing any more.</summary>
public sealed class WithdrawRecovery(Access access, TimeProvider clock)
{
    /// <summary>Withdraws.</summary>
    /// <exception cref="Refused">No recovery of this person is open.</exception>
    public async Task RunAsync(PersonId person, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateKeys, cancellationToken);
        var now = clock.GetUtcNow();
        var recovery = await db.OpenRecoveryAsync(person, now, cancellationToken) ?? throw new Refused(KeyRefusals.RecoveryClosed);
        recovery.Withdraw(now);
        await db.WithdrawEnrolmentsAsync(person, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }
}
