using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Ledger;

namespace NadooIt.Data.Ledger;

/// <summary>The last check of all balances, and one that waits or runs.</summary>
public sealed class ReadBalanceCheck(Access access)
{
    /// <summary>Both; null where there is none.</summary>
    public sealed record Result(BalanceCheck? Last, BalanceCheck? Open);

    /// <summary>Reads.</summary>
    public async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.RunPlatform, cancellationToken);
        return new(
            await db.BalanceChecks.AsNoTracking().Where(check => check.FinishedAt != null).OrderByDescending(check => check.FinishedAt).FirstOrDefaultAsync(cancellationToken),
            await db.BalanceChecks.AsNoTracking().Where(check => check.FinishedAt == null).OrderBy(check => check.Id).FirstOrDefaultAsync(cancellationToken));
    }
}
