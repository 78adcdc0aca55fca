using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.TimeAccounts;

/// <summary>Opens a closed account again, for instance to take back what a reversal gives; programs draw from it again.</summary>
public sealed class ReopenTimeAccount(Access access)
{
    /// <summary>Opens it; one that is open stays as it is.</summary>
    /// <param name="id">The account.</param>
    /// <param name="reason">Why, 1 to 500 characters; it stays in the audit trail.</param>
    /// <param name="version">The version that was shown.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="Refused">Unknown, no reason, or changed meanwhile.</exception>
    public async Task RunAsync(TimeAccountId id, string reason, uint version, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.OpenTimeAccounts, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var ledgers = await db.LockAccountsAsync([new(id.Value)], cancellationToken);
        var account = await db.TimeAccounts.SingleOrDefaultAsync(account => account.Id == id, cancellationToken)
            ?? throw new Refused(CommonRefusals.NotFound);
        db.Expect(account, version);
        account.Reopen(reason);
        ledgers[account.LedgerAccountId].Reopen();
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
