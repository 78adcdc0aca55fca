using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Keys;

/// <summary>Takes one of the caller's keys out of use, but never the last. Her other sessions end.</summary>
public sealed class RemoveOwnKey(Access access, TimeProvider clock)
{
    /// <summary>Removes it.</summary>
    /// <exception cref="Refused">The last touch is too old, the caller has no such key, or it is the last.</exception>
    public async Task RunAsync(SecurityKeyId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var (caller, now) = (access.Caller, clock.GetUtcNow());
        await db.RequireFreshTouchAsync(caller, now, cancellationToken);

        // Two browsers that remove the last two keys at once must not both succeed.
        await db.AdvisoryLockAsync(BitConverter.ToInt64(caller.Person.Value.ToByteArray().AsSpan(8)), cancellationToken);
        var keys = await db.SecurityKeys.Where(key => key.PersonId == caller.Person && key.RemovedAt == null).ToListAsync(cancellationToken);
        var key = keys.SingleOrDefault(key => key.Id == id) ?? throw new Refused(CommonRefusals.NotFound);
        if (keys.Count == 1)
        {
            throw new Refused(KeyRefusals.LastKey);
        }

        key.Remove(KeyRemoval.ByOwner, now);
        db.Add(Notice.Tell(caller.Person, NoticeKind.KeyRemoved, key.Id.Value, [key.Name], now));
        await db.SaveChangesAsync(cancellationToken);
        await db.EndSessionsAsync(caller.Person, caller.Session, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
