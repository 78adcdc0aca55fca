using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;

namespace NadooIt.Data.Ledger;

/// <summary>Verifies the whole ledger for who looks after the installation.</summary>
public sealed class VerifyLedger(Access access)
{
    /// <summary>Verifies; see <see cref="LedgerVerifier"/>.</summary>
    public async Task<LedgerReport> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.RunPlatform, cancellationToken);
        return await LedgerVerifier.RunAsync(db, null, cancellationToken);
    }
}
