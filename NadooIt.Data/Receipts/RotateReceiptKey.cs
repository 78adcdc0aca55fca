using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;

namespace NadooIt.Data.Receipts;

/// <summary>Lets a new key sign receipts from now on; receipts signed before stay valid.</summary>
public sealed class RotateReceiptKey(Access access, ReceiptKeyRing keys)
{
    /// <summary>Rotates and returns the name of the new key.</summary>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.RunPlatform, cancellationToken);
        return (await keys.ReplaceAsync(db, onlyIfMissing: false, cancellationToken)).Id;
    }
}
