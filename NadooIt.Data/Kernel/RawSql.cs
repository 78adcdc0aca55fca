#pragma warning disable RS0030 // This file is named as one of the few that speak SQL: row locks and unfenced look-ups.
using Microsoft.EntityFrameworkCore;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using Npgsql;

namespace NadooIt.Data.Kernel;

internal sealed partial class NadooItDb
{
    /// <summary>The connection behind this context, for the files that speak SQL.</summary>
    public NpgsqlConnection RawConnection => (NpgsqlConnection)Database.GetDbConnection();

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
