#pragma warning disable RS0030 // This file is named as one of the few that speak SQL: row locks and unfenced look-ups.
using Microsoft.EntityFrameworkCore;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;

namespace NadooIt.Data.Kernel;

internal sealed partial class NadooItDb
{
    /// <summary>NADOO itself; exists from set-up on.</summary>
    public async Task<CustomerId> OperatorIdAsync(CancellationToken cancellationToken) => new(
        await Database.SqlQuery<Guid>($"SELECT id AS \"Value\" FROM customer WHERE is_operator").SingleAsync(cancellationToken));

    /// <summary>
    /// Locks ledger accounts until the transaction ends, in the order of their ids so that two writers cannot wait for
    /// each other, and returns them as they are then. The fence applies.
    /// </summary>
    public async Task<IReadOnlyDictionary<LedgerAccountId, LedgerAccount>> LockAccountsAsync(IEnumerable<LedgerAccountId> ids, CancellationToken cancellationToken)
    {
        var values = ids.Select(id => id.Value).Distinct().ToArray();
        await Database.ExecuteSqlAsync($"SELECT 1 FROM ledger_account WHERE id = ANY({values}) ORDER BY id FOR UPDATE", cancellationToken);
        var typed = values.Select(LedgerAccountId.From).ToList();
        return await LedgerAccounts.Where(account => typed.Contains(account.Id)).ToDictionaryAsync(account => account.Id, cancellationToken);
    }

    /// <summary>Locks the ladder positions of customer programs, and so the recording of their executions, in the order of their ids.</summary>
    public Task LockProgressAsync(IEnumerable<CustomerProgramId> ids, CancellationToken cancellationToken)
    {
        var values = ids.Select(id => id.Value).ToArray();
        return Database.ExecuteSqlAsync($"SELECT 1 FROM customer_program_progress WHERE customer_program_id = ANY({values}) ORDER BY customer_program_id FOR UPDATE", cancellationToken);
    }

    /// <summary>Opens the account of what is owed to a customer unless there is one; of two at once one opens it.</summary>
    public Task OpenOwedOnceAsync(CustomerId customer, CancellationToken cancellationToken) => Database.ExecuteSqlAsync(
        $"""
        INSERT INTO ledger_account (id, customer_id, unit, kind, balance, minimum, is_closed, chain_length, chain_hash)
        VALUES ({customer.Value}, {customer.Value}, {(int)LedgerUnit.EuroMillionth}, {(int)LedgerAccountKind.Owed}, 0, NULL, false, 0, {new byte[TransferHash.Size]})
        ON CONFLICT (id) DO NOTHING
        """,
        cancellationToken);

    /// <summary>
    /// Moves executions from one row of their day to another, relatively, in the one order of all writers. Call it under
    /// the lock of their customer programs.
    /// </summary>
    public Task MoveDaysAsync(IEnumerable<(Execution Execution, ExecutionStatus Before)> changed, CancellationToken cancellationToken)
    {
        var days = changed
            .SelectMany(change => new[] { (change.Execution, Status: change.Before, Sign: -1), (change.Execution, change.Execution.Status, Sign: 1) })
            .GroupBy(part => (Program: part.Execution.CustomerProgramId.Value, Day: BusinessTime.DayOf(part.Execution.OccurredAt), part.Status, Customer: part.Execution.CustomerId.Value))
            .OrderBy(group => group.Key.Program).ThenBy(group => group.Key.Day).ThenBy(group => group.Key.Status)
            .ToList();
        long[] Sums(Func<Execution, long> value) => [.. days.Select(day => day.Sum(part => part.Sign * value(part.Execution)))];
        var (customers, dates) = (days.Select(day => day.Key.Customer).ToArray(), days.Select(day => day.Key.Day).ToArray());
        var (programs, statuses) = (days.Select(day => day.Key.Program).ToArray(), days.Select(day => (int)day.Key.Status).ToArray());
        return Database.ExecuteSqlAsync(
            $"""
            INSERT INTO execution_day AS d (customer_id, day, customer_program_id, status, count, saved, prepaid, billed, price_millionths)
            SELECT * FROM unnest({customers}, {dates}, {programs}, {statuses}, {Sums(_ => 1)}, {Sums(row => row.Saved.Value)},
                {Sums(row => row.Prepaid.Value)}, {Sums(row => row.Billed.Value)}, {Sums(row => row.Price.Millionths)})
            ON CONFLICT (customer_id, day, customer_program_id, status) DO UPDATE SET
                count = d.count + excluded.count, saved = d.saved + excluded.saved, prepaid = d.prepaid + excluded.prepaid,
                billed = d.billed + excluded.billed, price_millionths = d.price_millionths + excluded.price_millionths
            """,
            cancellationToken);
    }

    /// <summary>Tells the open pages of all nodes, once this transaction is committed, that a customer's executions have changed.</summary>
    public Task NotifyExecutionsAsync(CustomerId customer, CancellationToken cancellationToken)
    {
        var change = $"{LiveUpdates.Executions} {customer}";
        return Database.ExecuteSqlAsync($"SELECT pg_notify('nadooit_changes', {change})", cancellationToken);
    }

    /// <summary>Makes everybody else who asks for the same lock wait until this transaction ends.</summary>
    public Task AdvisoryLockAsync(long key, CancellationToken cancellationToken) =>
        Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({key})", cancellationToken);

    /// <summary>
    /// Counts an attempt in one statement, so that parallel ones are all counted; begins anew after a quiet spell.
    /// </summary>
    public Task CountAttemptAsync(byte[] id, DateTimeOffset now, TimeSpan quietSpell, CancellationToken cancellationToken) =>
        Database.ExecuteSqlAsync(
            $"""
            INSERT INTO attempt_count AS c (id, count, last_at) VALUES ({id}, 1, {now})
            ON CONFLICT (id) DO UPDATE SET count = CASE WHEN c.last_at < {now - quietSpell} THEN 1 ELSE c.count + 1 END, last_at = {now}
            """,
            cancellationToken);

    /// <summary>Keeps a secret unless there is one of this name already; of two nodes one wins.</summary>
    public Task AddSecretOnceAsync(string name, byte[] value, DateTimeOffset now, CancellationToken cancellationToken) =>
        Database.ExecuteSqlAsync(
            $"INSERT INTO server_secret (name, value, created_at) VALUES ({name}, {value}, {now}) ON CONFLICT DO NOTHING",
            cancellationToken);
}
