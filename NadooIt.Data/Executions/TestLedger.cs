using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;

namespace NadooIt.Data.Executions;

/// <summary>
/// The test ledger of a customer. It begins with what the customer has when a test key is first used: the same time on the same
/// accounts, the same position on the ladder. From then on test executions alone move it, until somebody throws it away.
/// </summary>
internal sealed class TestLedger(NadooItDatabase database, TimeProvider clock)
{
    /// <summary>More test executions of one customer are refused until they are thrown away.</summary>
    public const int MostExecutions = 10_000;

    /// <summary>Records with a test key, by the same book as all others.</summary>
    public async Task<IReadOnlyList<RecordingResult>> RecordAsync(IReadOnlyList<RecordingOrder> orders, CancellationToken cancellationToken)
    {
        await PrepareAsync(orders[0].Request.ApiKey!.Value, cancellationToken);
        return await new ExecutionBook(database, isTest: true).RecordAsync(orders, cancellationToken);
    }

    /// <summary>Opens what the test ledger of the key's customer does not have yet.</summary>
    /// <exception cref="Refused">It is full.</exception>
    public async Task PrepareAsync(ApiKeyId key, CancellationToken cancellationToken)
    {
        var fence = Fence.System("prepare the test ledger");
        await using var live = database.Create(fence);
        var owner = await live.ApiKeys.AsNoTracking().Where(found => found.Id == key && found.IsTest).SingleOrDefaultAsync(cancellationToken);
        if (owner is null)
        {
            return;
        }

        var customer = owner.CustomerId;
        await using var test = database.CreateForTest(fence);
        if (await test.Executions.Where(execution => execution.CustomerId == customer).OrderBy(execution => execution.OccurredAt).Skip(MostExecutions).AnyAsync(cancellationToken))
        {
            throw new Refused(ApiKeyRefusals.TestLedgerFull);
        }

        var accounts = await live.LedgerAccounts.AsNoTracking()
            .Where(account => account.CustomerId == customer && account.Kind != LedgerAccountKind.Owed).ToListAsync(cancellationToken);
        if (accounts.Count == await test.LedgerAccounts.CountAsync(account => account.CustomerId == customer && account.Kind != LedgerAccountKind.Owed, cancellationToken))
        {
            return;
        }

        await using var transaction = await test.Database.BeginTransactionAsync(cancellationToken);
        // Two first requests at once must not both open it.
        await test.AdvisoryLockAsync(BitConverter.ToInt64(customer.Value.ToByteArray().AsSpan(8)), cancellationToken);
        var present = await test.LedgerAccounts.Where(account => account.CustomerId == customer).Select(account => account.Id).ToListAsync(cancellationToken);
        foreach (var account in accounts.Where(account => !present.Contains(account.Id)))
        {
            Open(test, account, owner.OwnerId, clock.GetUtcNow());
        }

        await test.CopyProgressToTestAsync(customer, cancellationToken);
        await test.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static void Open(NadooItDb test, LedgerAccount live, PersonId by, DateTimeOffset now)
    {
        var account = LedgerAccount.Open(live.Id, live.CustomerId, live.Kind, live.Minimum);
        test.Add(account);
        var booking = new Booking(NewId.At<TransferId>(now), TransferKind.Purchase, by, now);
        if (live.Kind == LedgerAccountKind.PrepaidTime && live.Balance != 0)
        {
            test.Add(live.Balance > 0
                ? account.Credit(live.Balance, LedgerBoundary.TimeSold, booking)
                : account.Debit(-live.Balance, LedgerBoundary.TimeUsed, booking));
        }

        if (live.IsClosed)
        {
            account.Close();
        }
    }
}
