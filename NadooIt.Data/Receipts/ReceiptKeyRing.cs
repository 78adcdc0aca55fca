using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Webhooks;
using NadooIt.Domain.Receipts;

namespace NadooIt.Data.Receipts;

/// <summary>The signing keys of this installation, the same on every node. Their private parts are stored encrypted.</summary>
public sealed class ReceiptKeyRing(Access access, SecretProtection protection, TimeProvider clock)
{
    private const long OneAtATime = 0x5265_6365_6970_7401;

    /// <summary>Every key that ever signed, as everybody may have it; the newest first.</summary>
    public async Task<PublishedKeys> PublishAsync(CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("publish receipt keys");
        var keys = await db.ReceiptKeys.AsNoTracking().OrderByDescending(key => key.CreatedAt).ToListAsync(cancellationToken);
        return new([.. (keys.Count > 0 ? keys : [await CurrentAsync(cancellationToken)]).Select(key => key.Publish())]);
    }

    /// <summary>The key that signs; made when there is none yet, by one node only.</summary>
    internal async Task<ReceiptKey> CurrentAsync(CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("sign receipts");
        var key = await db.ReceiptKeys.AsNoTracking().SingleOrDefaultAsync(key => key.RetiredAt == null, cancellationToken)
            ?? await ReplaceAsync(db, onlyIfMissing: true, cancellationToken);
        if (!key.IsClear)
        {
            return key.WithPrivateKey(protection.Unprotect(key.PrivateKey));
        }

        await EncryptAsync(db, cancellationToken);
        return key;
    }

    /// <summary>Encrypts what was stored before private parts were; two nodes that do so at once do no harm.</summary>
    private async Task EncryptAsync(NadooItDb db, CancellationToken cancellationToken)
    {
        foreach (var clear in (await db.ReceiptKeys.AsNoTracking().ToListAsync(cancellationToken)).Where(key => key.IsClear))
        {
            var (id, encrypted) = (clear.Id, protection.Protect(clear.PrivateKey));
            await db.ReceiptKeys.Where(key => key.Id == id).ExecuteUpdateAsync(set => set.SetProperty(key => key.PrivateKey, encrypted), cancellationToken);
        }
    }

    /// <summary>Lets a new key take over from the present one.</summary>
    internal async Task<ReceiptKey> ReplaceAsync(NadooItDb db, bool onlyIfMissing, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.AdvisoryLockAsync(OneAtATime, cancellationToken);
        var present = await db.ReceiptKeys.SingleOrDefaultAsync(key => key.RetiredAt == null, cancellationToken);
        if (present is not null && onlyIfMissing)
        {
            return present;
        }

        present?.Retire(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
        var fresh = ReceiptKey.Create(clock.GetUtcNow());
        var stored = fresh.WithPrivateKey(protection.Protect(fresh.PrivateKey));
        db.Add(stored);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return stored;
    }
}
