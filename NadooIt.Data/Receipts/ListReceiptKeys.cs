using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;

namespace NadooIt.Data.Receipts;

/// <summary>The keys that sign receipts or did, the newest first; never their private parts.</summary>
public sealed class ListReceiptKeys(Access access)
{
    /// <summary>One key.</summary>
    /// <param name="Id">Its name in receipts.</param>
    /// <param name="CreatedAt">From when on it signed.</param>
    /// <param name="RetiredAt">Since when another one signs; null for the present one.</param>
    public sealed record Row(string Id, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt);

    /// <summary>Lists.</summary>
    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.RunPlatform, cancellationToken);
        return await db.ReceiptKeys.OrderByDescending(key => key.CreatedAt).Take(PageRequest.LargestSize)
            .Select(key => new Row(key.Id, key.CreatedAt, key.RetiredAt)).ToListAsync(cancellationToken);
    }
}
