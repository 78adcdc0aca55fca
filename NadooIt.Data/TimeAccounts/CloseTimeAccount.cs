using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.TimeAccounts;

/// <summary>Closes an account whose balance is zero; programs that draw from it bill instead.</summary>
public sealed class CloseTimeAccount(Access access, TimeProvider clock)
{
    /// <summary>Closes it; once more changes nothing.</summary>
    /// <exception cref="Refused">Unknown, not balanced, held for an open order, or changed meanwhile.</exception>
    public async Task RunAsync(TimeAccountId id, uint version, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CloseTimeAccounts, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var ledgers = await db.LockAccountsAsync([new(id.Value)], cancellationToken);
        var account = await db.TimeAccounts.SingleOrDefaultAsync(account => account.Id == id, cancellationToken)
            ?? throw new Refused(CommonRefusals.NotFound);
        var ledger = ledgers[account.LedgerAccountId];
        db.Expect(account, version);
        account.Close(new Seconds(ledger.Balance), ledger.Pending != 0, clock.GetUtcNow());
        ledger.Close();
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
