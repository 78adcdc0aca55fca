using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>The caller, signed in with a key that was not lost, objects to a recovery of the own access.</summary>
public sealed class VetoRecovery(Access access, TimeProvider clock)
{
    /// <summary>Objects; the recovery's link opens nothing any more.</summary>
    /// <exception cref="Refused">No recovery of the caller is open.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var (me, now) = (access.Caller.Person, clock.GetUtcNow());
        var recovery = await db.OpenRecoveryAsync(me, now, cancellationToken) ?? throw new Refused(KeyRefusals.RecoveryClosed);
        recovery.Veto(now);
        await db.WithdrawEnrolmentsAsync(me, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }
}
