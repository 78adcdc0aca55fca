using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Keys;

namespace NadooIt.Data.Keys;

/// <summary>The keys that protect cookies and forms, in the database, so that every node reads what another wrote.</summary>
public sealed class SharedKeyRing(NadooItDatabase database, TimeProvider clock)
{
    /// <summary>Every key, as the framework wrote it.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = database.Create(Fence.System("read the key ring"));
        return await db.DataProtectionKeys.OrderBy(key => key.CreatedAt).Select(key => key.Xml).ToListAsync(cancellationToken);
    }

    /// <summary>Adds a key.</summary>
    public async Task AddAsync(string name, string xml, CancellationToken cancellationToken)
    {
        await using var db = database.Create(Fence.System("add to the key ring"));
        db.Add(new DataProtectionKey(name, xml, clock.GetUtcNow()));
        await db.SaveChangesAsync(cancellationToken);
    }
}
