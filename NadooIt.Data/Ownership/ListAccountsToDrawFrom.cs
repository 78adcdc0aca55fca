using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Ownership;

/// <summary>The open time accounts of a customer, from which its programs may draw.</summary>
public sealed class ListAccountsToDrawFrom(Access access)
{
    /// <summary>Most accounts that are offered.</summary>
    public const int Most = 200;

    /// <summary>One account.</summary>
    public sealed record Row(TimeAccountId Id, string Name, Seconds Balance);

    /// <summary>Lists at most <see cref="Most"/>; none for a customer out of reach.</summary>
    public async Task<IReadOnlyList<Row>> RunAsync(CustomerId customer, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateCustomerPrograms, cancellationToken);
        var accounts = await db.TimeAccounts.AsNoTracking()
            .Where(account => account.CustomerId == customer && account.ClosedAt == null)
            .OrderBy(account => account.Name).ThenBy(account => account.Id).Take(Most)
            .ToListAsync(cancellationToken);
        var ids = accounts.Select(account => account.LedgerAccountId).ToList();
        var balances = await db.LedgerAccounts.Where(ledger => ids.Contains(ledger.Id))
            .ToDictionaryAsync(ledger => ledger.Id, ledger => ledger.Balance, cancellationToken);
        return [.. accounts.Select(account => new Row(account.Id, account.Name, new Seconds(balances[account.LedgerAccountId])))];
    }
}
