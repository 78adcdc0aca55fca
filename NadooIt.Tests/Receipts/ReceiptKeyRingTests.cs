using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Receipts;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Receipts;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Receipts;

/// <summary>What signs receipts is encrypted where it is stored, what was stored before too.</summary>
public sealed class ReceiptKeyRingTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Private_parts_are_encrypted_and_keys_from_before_are_too_once_one_is_used()
    {
        var now = database.Clock.GetUtcNow();
        var (retired, present) = (ReceiptKey.Create(now), ReceiptKey.Create(now));
        retired.Retire(now);
        await using (var db = database.Open())
        {
            db.AddRange(retired, present);
            await db.SaveChangesAsync();
        }

        var ring = database.As<ReceiptKeyRing>((PersonId?)null);
        (await ring.CurrentAsync(default)).PrivateKey.ShouldBe(present.PrivateKey);
        var stored = await StoredAsync();
        stored.ShouldAllBe(key => !key.IsClear && key.PrivateKey.Length > 0);
        var again = await ring.CurrentAsync(default);
        (again.Id, again.IsClear).ShouldBe((present.Id, true));
        again.PrivateKey.ShouldBe(present.PrivateKey);

        await using (var db = database.Open())
        {
            await ring.ReplaceAsync(db, onlyIfMissing: false, default);
        }

        (await StoredAsync()).ShouldAllBe(key => !key.IsClear);
        (await ring.CurrentAsync(default)).ShouldSatisfyAllConditions(key => key.Id.ShouldNotBe(present.Id), key => key.IsClear.ShouldBeTrue());
        (await ring.PublishAsync(default)).Keys.Count.ShouldBe(3);
    }

    private async Task<List<ReceiptKey>> StoredAsync()
    {
        await using var db = database.Open();
        return await db.ReceiptKeys.AsNoTracking().ToListAsync();
    }
}
