using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Ownership;

/// <summary>What the time accounts of customer programs hold.</summary>
internal static class DrawnBalances
{
    /// <summary>Seconds on the open time accounts of each customer program; programs that draw from none are left out.</summary>
    public static async Task<IReadOnlyDictionary<CustomerProgramId, Seconds>> BalancesAsync(
        this NadooItDb db, IReadOnlyCollection<CustomerProgramId> programs, CancellationToken cancellationToken)
    {
        var drawn = await db.DrawnTimeAccounts.AsNoTracking().Where(drawn => programs.Contains(drawn.CustomerProgramId)).ToListAsync(cancellationToken);
        var ids = drawn.Select(row => new LedgerAccountId(row.TimeAccountId.Value)).Distinct().ToList();
        var balances = await db.LedgerAccounts.Where(account => ids.Contains(account.Id) && !account.IsClosed)
            .ToDictionaryAsync(account => account.Id, account => account.Balance + account.Pending, cancellationToken);
        return drawn.GroupBy(row => row.CustomerProgramId).ToDictionary(
            rows => rows.Key,
            rows => new Seconds(rows.Sum(row => balances.GetValueOrDefault(new LedgerAccountId(row.TimeAccountId.Value)))));
    }
}
