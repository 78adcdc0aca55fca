using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.TimeAccounts;

namespace NadooIt.Data.TimeAccounts;

/// <summary>Changes an account's name, overdraft and warning level; the ledger's limit follows.</summary>
public sealed class ChangeTimeAccount(Access access)
{
    /// <summary>What is changed.</summary>
    /// <param name="Id">The account.</param>
    /// <param name="Name">1 to 200 characters.</param>
    /// <param name="Overdraft">Seconds below zero that are allowed; more than before needs the ability to sell time.</param>
    /// <param name="WarnBelow">Seconds below which people are warned; null for no warning.</param>
    /// <param name="Version">The version that was shown.</param>
    /// <param name="WarnDays">Days before it is used up at the present pace on which people are warned, 1 to 365; null for no warning.</param>
    public sealed record Input(TimeAccountId Id, string Name, Seconds Overdraft, Seconds? WarnBelow, uint Version, int? WarnDays = null);

    /// <summary>Changes it.</summary>
    /// <exception cref="Refused">Unknown, closed, out of range, not allowed, or changed meanwhile.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.OpenTimeAccounts, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // The limit stands in the row that every booking changes, so it is changed under the same lock.
        var ledgers = await db.LockAccountsAsync([new(input.Id.Value)], cancellationToken);
        var account = await db.TimeAccounts.SingleOrDefaultAsync(account => account.Id == input.Id, cancellationToken)
            ?? throw new Refused(CommonRefusals.NotFound);
        if (account.ClosedAt is not null)
        {
            throw new Refused(TimeAccountRefusals.Closed);
        }

        db.Expect(account, input.Version);
        var before = account.Overdraft;
        account.Change(input.Name, input.Overdraft, input.WarnBelow, input.WarnDays);
        Overdrafts.Check(db, account.CustomerId, input.Overdraft, before);
        ledgers[account.LedgerAccountId].Limit(-input.Overdraft.Value);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
