using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Keys;

/// <summary>Takes somebody's key out of use because it was lost or handed back. Her sessions end; after her last key only a recovery leads back.</summary>
public sealed class RevokeKey(Access access, TimeProvider clock)
{
    /// <summary>Which key, and why.</summary>
    /// <param name="Key">The key of another person.</param>
    /// <param name="IsReturned">Handed back; otherwise it was lost.</param>
    public sealed record Input(SecurityKeyId Key, bool IsReturned);

    /// <summary>Takes it out of use.</summary>
    /// <exception cref="Refused">
    /// The last touch is too old; the key is unknown, out of use or the caller's own; or nobody could hand out keys any more.
    /// </exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.DeleteKeys, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var (caller, now) = (access.Caller, clock.GetUtcNow());
        await db.RequireFreshTouchAsync(caller, now, cancellationToken);

        // Two key managers who take each other's last keys at once must not both succeed.
        await db.AdvisoryLockAsync(SetUp.Lock, cancellationToken);
        var key = await db.SecurityKeys.SingleOrDefaultAsync(key => key.Id == input.Key && key.RemovedAt == null && key.PersonId != caller.Person, cancellationToken)
            ?? throw new Refused(CommonRefusals.NotFound);
        var isLast = !await db.SecurityKeys.AnyAsync(other => other.PersonId == key.PersonId && other.Id != key.Id && other.RemovedAt == null, cancellationToken);
        var keyManagers = await db.KeyManagersOn(BusinessTime.DayOf(now)).Distinct().ToListAsync(cancellationToken);
        if (isLast && keyManagers.Count == 1 && keyManagers.Contains(key.PersonId))
        {
            throw new Refused(HrRefusals.LastKeyManager);
        }

        key.Remove(input.IsReturned ? KeyRemoval.Returned : KeyRemoval.Lost, now);
        db.Add(Notice.Tell(key.PersonId, NoticeKind.KeyRemoved, key.Id.Value, [key.Name], now));
        await db.SaveChangesAsync(cancellationToken);
        await db.EndSessionsAsync(key.PersonId, null, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
