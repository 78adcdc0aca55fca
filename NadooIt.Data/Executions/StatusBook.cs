using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Webhooks;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Orders;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Data.Executions;

/// <summary>
/// Executions whose status is about to change, locked as recording locks: the customer programs first, then the ledger
/// accounts, each in the order of their ids. What is read here is read after the locks, so of two people who reverse the
/// same execution the second one finds it reversed. It belongs to one transaction, which the caller opens and commits.
/// </summary>
internal sealed class StatusBook
{
    private readonly NadooItDb db;
    private readonly List<Execution> executions;
    private readonly ILookup<ExecutionId?, Transfer> lines;
    private readonly IReadOnlyDictionary<LedgerAccountId, LedgerAccount> accounts;
    private readonly List<(Execution Execution, StatusChange Change)> changes = [];

    private StatusBook(NadooItDb db, List<Execution> executions, ILookup<ExecutionId?, Transfer> lines, IReadOnlyDictionary<LedgerAccountId, LedgerAccount> accounts) =>
        (this.db, this.executions, this.lines, this.accounts) = (db, executions, lines, accounts);

    /// <summary>The executions that exist within reach, in the order of their ids.</summary>
    public IReadOnlyList<Execution> Executions => executions;

    /// <summary>What was done so far.</summary>
    public IReadOnlyList<StatusRecord> Records => [.. changes.Select(change => change.Change.Record)];

    /// <summary>Locks and reads.</summary>
    /// <param name="db">A context behind the door, in a transaction.</param>
    /// <param name="ids">Which executions; what lies out of reach is left out.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public static async Task<StatusBook> OpenAsync(NadooItDb db, IReadOnlyCollection<ExecutionId> ids, CancellationToken cancellationToken)
    {
        var wanted = ids.Distinct().ToList();
        var places = await db.Executions.Where(execution => wanted.Contains(execution.Id))
            .Select(execution => new { execution.CustomerProgramId, execution.CustomerId }).Distinct().ToListAsync(cancellationToken);
        await db.LockProgressAsync(places.Select(place => place.CustomerProgramId), cancellationToken);

        var executions = await db.Executions.Where(execution => wanted.Contains(execution.Id)).OrderBy(execution => execution.Id).ToListAsync(cancellationToken);
        var transfers = await db.Transfers.AsNoTracking()
            .Where(transfer => transfer.ExecutionId != null && wanted.Contains(transfer.ExecutionId.Value)).ToListAsync(cancellationToken);
        var customers = places.Select(place => place.CustomerId).Distinct().ToList();
        foreach (var customer in customers.OrderBy(customer => customer.Value))
        {
            await db.OpenOwedOnceAsync(customer, cancellationToken);
        }

        var accounts = await db.LockAccountsAsync(
            transfers.Select(transfer => transfer.ChainAccountId)
                .Concat(places.Select(place => BookedExecution.ReceivableOf(place.CustomerProgramId)))
                .Concat(customers.Select(BookedExecution.OwedTo)),
            cancellationToken);
        return new(db, executions, transfers.ToLookup(transfer => transfer.ExecutionId), accounts);
    }

    /// <summary>Does something to one execution, in memory.</summary>
    /// <exception cref="Refused">A rule says no; then nothing has moved.</exception>
    public StatusRecord Do(Execution execution, Func<BookedExecution, StatusChange> act)
    {
        var change = act(new BookedExecution(execution, [.. lines[execution.Id]], accounts));
        changes.Add((execution, change));
        return change.Record;
    }

    /// <summary>Writes everything that was done: records, status, lines, balances, the ladder and the daily figures.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        db.AddRange(changes.Select(change => change.Change.Record));
        db.AddRange(changes.SelectMany(change => change.Change.Transfers));
        await TakeBackSavedAsync(cancellationToken);
        await ReleaseOrdersAsync(cancellationToken);
        foreach (var reversal in Records.Where(record => record.Kind == StatusRecordKind.Reversal))
        {
            await db.AddWebhooksAsync(reversal.CustomerId, WebhookEvent.ExecutionReversed, reversal.ExecutionId.Value, null, reversal.At, cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        await db.MoveFiguresAsync([.. changes.Select(change => (change.Execution, change.Change.Before))], cancellationToken);
        foreach (var customer in changes.Select(change => change.Execution.CustomerId).Distinct())
        {
            await db.NotifyExecutionsAsync(customer, cancellationToken);
        }
    }

    /// <summary>An open order whose charge was reversed charges its next execution. A cancelled one was cancelled before this asks.</summary>
    private async Task ReleaseOrdersAsync(CancellationToken cancellationToken)
    {
        var released = changes.Where(change => change.Change is { Before: ExecutionStatus.Held, Record.Kind: StatusRecordKind.Reversal })
            .Select(change => change.Execution.OrderId).OfType<OrderId>().ToList();
        foreach (var order in await db.ExecutionOrders.Where(order => released.Contains(order.Id)).ToListAsync(cancellationToken))
        {
            if (order.Status == OrderStatus.Open)
            {
                order.Release();
            }
        }
    }

    /// <summary>Reversed and refunded executions do not count for the ladder.</summary>
    private async Task TakeBackSavedAsync(CancellationToken cancellationToken)
    {
        var cancelled = changes.Where(change => change.Change.Record.Kind is StatusRecordKind.Reversal or StatusRecordKind.Refund)
            .GroupBy(change => change.Execution.CustomerProgramId)
            .ToDictionary(group => group.Key, group => new Seconds(group.Sum(change => change.Execution.Saved.Value)));
        var programs = cancelled.Keys.ToList();
        foreach (var progress in await db.CustomerProgramProgress.Where(progress => programs.Contains(progress.CustomerProgramId)).ToListAsync(cancellationToken))
        {
            progress.TakeBack(cancelled[progress.CustomerProgramId]);
        }
    }
}

/// <summary>Who acts, as a record keeps it.</summary>
internal static class Acting
{
    /// <summary>The act of the caller at a customer, under the contract that grants the ability there.</summary>
    public static Act Under(this Access access, Grants grants, Ability ability, CustomerId customer, DateTimeOffset now, string? reason) => new(
        access.Caller.Person, grants.Why(ability, customer).OrderBy(grant => grant.Customer is null).First().Contract, access.Caller.ApiKey, now, reason);
}
