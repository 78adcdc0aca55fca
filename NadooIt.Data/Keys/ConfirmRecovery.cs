using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>Confirms the recovery that another key manager proposed; then a link can be made for the person.</summary>
public sealed class ConfirmRecovery(Access access, TimeProvider clock)
{
    /// <summary>Confirms.</summary>
    /// <exception cref="Refused">
    /// The last touch is too old; no recovery of this person is open; it waits for a second key manager, or for the end of
    /// the 24 hours where there is none.
    /// </exception>
    public async Task RunAsync(PersonId person, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateKeys, cancellationToken);
        var (caller, now) = (access.Caller, clock.GetUtcNow());
        await db.RequireFreshTouchAsync(caller, now, cancellationToken);
        var recovery = await db.OpenRecoveryAsync(person, now, cancellationToken) ?? throw new Refused(KeyRefusals.RecoveryClosed);
        recovery.Confirm(caller.Person, await db.KeyManagersOn(BusinessTime.DayOf(now)).ToListAsync(cancellationToken), now);
        await db.SaveChangesAsync(cancellationToken);
    }
}
