using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace NadooIt.Data.Executions;

/// <summary>
/// Writes a page of the book in one round trip: executions and transfers as arrays, balances, ladder positions and
/// daily figures by key. This file is named as one of the few that speak SQL.
/// </summary>
internal static class BookWriter
{
    public static async Task WriteAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        IReadOnlyList<RecordedExecution> recorded,
        IEnumerable<(CustomerProgramId Program, Seconds Saved)> progress,
        IEnumerable<LedgerAccount> accounts,
        CancellationToken cancellationToken)
    {
        var executions = recorded.Select(item => item.Execution).ToList();
        var transfers = recorded.SelectMany(item => item.Transfers).ToList();
        var touched = transfers.Select(transfer => transfer.ChainAccountId).ToHashSet();
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                InsertExecutions(executions),
                InsertTransfers(transfers),
                UpdateAccounts([.. accounts.Where(account => touched.Contains(account.Id))]),
                UpdateProgress([.. progress]),
                AddToDays(executions),
                Notify(executions),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Opens a statement and fills its parameters from rows, one array per column.</summary>
    private static NpgsqlBatchCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
    }

    private static NpgsqlParameter Column<TRow>(IEnumerable<TRow> rows, NpgsqlDbType type, Func<TRow, object?> value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = ArrayOf(type, rows.Select(value)) };

    private static object ArrayOf(NpgsqlDbType type, IEnumerable<object?> values) => type switch
    {
        NpgsqlDbType.Uuid => values.Select(value => (Guid?)value).ToArray(),
        NpgsqlDbType.Bigint => values.Select(value => (long?)value).ToArray(),
        NpgsqlDbType.Integer => values.Select(value => (int?)value).ToArray(),
        NpgsqlDbType.Numeric => values.Select(value => (decimal?)value).ToArray(),
        NpgsqlDbType.Text => values.Select(value => (string?)value).ToArray(),
        NpgsqlDbType.TimestampTz => values.Select(value => ((DateTimeOffset)value!).UtcDateTime).ToArray(),
        NpgsqlDbType.Date => values.Select(value => (DateOnly)value!).ToArray(),
        NpgsqlDbType.Bytea => values.Select(value => (byte[])value!).ToArray(),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No column of this type is written."),
    };

    private static NpgsqlBatchCommand InsertExecutions(List<Execution> rows) => Command(
        """
        INSERT INTO execution (id, customer_id, customer_program_id, person_id, api_key_id, reference, order_reference, occurred_at, recorded_at,
            saved, prepaid, billed, price_mode, rate, price, saved_before, time_balance_after, status, content_hash)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
        """,
        Column(rows, NpgsqlDbType.Uuid, row => row.Id.Value),
        Column(rows, NpgsqlDbType.Uuid, row => row.CustomerId.Value),
        Column(rows, NpgsqlDbType.Uuid, row => row.CustomerProgramId.Value),
        Column(rows, NpgsqlDbType.Uuid, row => row.PersonId.Value),
        Column(rows, NpgsqlDbType.Uuid, row => row.ApiKeyId?.Value),
        Column(rows, NpgsqlDbType.Text, row => row.Reference),
        Column(rows, NpgsqlDbType.Text, row => row.OrderReference),
        Column(rows, NpgsqlDbType.TimestampTz, row => row.OccurredAt),
        Column(rows, NpgsqlDbType.TimestampTz, row => row.RecordedAt),
        Column(rows, NpgsqlDbType.Bigint, row => row.Saved.Value),
        Column(rows, NpgsqlDbType.Bigint, row => row.Prepaid.Value),
        Column(rows, NpgsqlDbType.Bigint, row => row.Billed.Value),
        Column(rows, NpgsqlDbType.Integer, row => (int)row.PriceMode),
        Column(rows, NpgsqlDbType.Numeric, row => row.Rate.Amount),
        Column(rows, NpgsqlDbType.Numeric, row => row.Price.Amount),
        Column(rows, NpgsqlDbType.Bigint, row => row.SavedBefore.Value),
        Column(rows, NpgsqlDbType.Bigint, row => row.TimeBalanceAfter.Value),
        Column(rows, NpgsqlDbType.Integer, row => (int)row.Status),
        Column(rows, NpgsqlDbType.Bytea, row => row.ContentHash));

    private static NpgsqlBatchCommand InsertTransfers(List<Transfer> rows) => Command(
        """
        INSERT INTO transfer (id, customer_id, unit, from_account_id, to_account_id, amount, kind, chain_account_id, chain_position,
            balance_after, execution_id, note, booked_by, booked_at, hash)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        """,
        Column(rows, NpgsqlDbType.Uuid, row => row.Id.Value),
        Column(rows, NpgsqlDbType.Uuid, row => row.CustomerId.Value),
        Column(rows, NpgsqlDbType.Integer, row => (int)row.Unit),
        Column(rows, NpgsqlDbType.Uuid, row => row.FromAccountId.Value),
        Column(rows, NpgsqlDbType.Uuid, row => row.ToAccountId.Value),
        Column(rows, NpgsqlDbType.Bigint, row => row.Amount),
        Column(rows, NpgsqlDbType.Integer, row => (int)row.Kind),
        Column(rows, NpgsqlDbType.Uuid, row => row.ChainAccountId.Value),
        Column(rows, NpgsqlDbType.Bigint, row => row.ChainPosition),
        Column(rows, NpgsqlDbType.Bigint, row => row.BalanceAfter),
        Column(rows, NpgsqlDbType.Uuid, row => row.ExecutionId?.Value),
        Column(rows, NpgsqlDbType.Text, row => row.Note),
        Column(rows, NpgsqlDbType.Uuid, row => row.BookedBy.Value),
        Column(rows, NpgsqlDbType.TimestampTz, row => row.BookedAt),
        Column(rows, NpgsqlDbType.Bytea, row => row.Hash));

    private static NpgsqlBatchCommand UpdateAccounts(List<LedgerAccount> rows) => Command(
        """
        UPDATE ledger_account SET balance = fresh.balance, chain_length = fresh.chain_length, chain_hash = fresh.chain_hash
        FROM unnest($1, $2, $3, $4) AS fresh (id, balance, chain_length, chain_hash) WHERE ledger_account.id = fresh.id
        """,
        Column(rows, NpgsqlDbType.Uuid, row => row.Id.Value),
        Column(rows, NpgsqlDbType.Bigint, row => row.Balance),
        Column(rows, NpgsqlDbType.Bigint, row => row.ChainLength),
        Column(rows, NpgsqlDbType.Bytea, row => row.ChainHash));

    private static NpgsqlBatchCommand UpdateProgress(List<(CustomerProgramId Program, Seconds Saved)> rows) => Command(
        """
        UPDATE customer_program_progress SET saved = fresh.saved
        FROM unnest($1, $2) AS fresh (id, saved) WHERE customer_program_id = fresh.id
        """,
        Column(rows, NpgsqlDbType.Uuid, row => row.Program.Value),
        Column(rows, NpgsqlDbType.Bigint, row => row.Saved.Value));

    private static NpgsqlBatchCommand AddToDays(List<Execution> executions)
    {
        var days = executions
            .GroupBy(execution => (execution.CustomerId, Day: BusinessTime.DayOf(execution.OccurredAt), execution.CustomerProgramId, execution.Status))
            // One order for all writers, so that two of them cannot wait for each other.
            .OrderBy(group => group.Key.CustomerProgramId.Value).ThenBy(group => group.Key.Day).ThenBy(group => group.Key.Status)
            .ToList();
        return Command(
            """
            INSERT INTO execution_day (customer_id, day, customer_program_id, status, count, saved, prepaid, billed, price_millionths)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (customer_id, day, customer_program_id, status) DO UPDATE SET
                count = execution_day.count + excluded.count, saved = execution_day.saved + excluded.saved,
                prepaid = execution_day.prepaid + excluded.prepaid, billed = execution_day.billed + excluded.billed,
                price_millionths = execution_day.price_millionths + excluded.price_millionths
            """,
            Column(days, NpgsqlDbType.Uuid, day => day.Key.CustomerId.Value),
            Column(days, NpgsqlDbType.Date, day => day.Key.Day),
            Column(days, NpgsqlDbType.Uuid, day => day.Key.CustomerProgramId.Value),
            Column(days, NpgsqlDbType.Integer, day => (int)day.Key.Status),
            Column(days, NpgsqlDbType.Bigint, day => (long)day.Count()),
            Column(days, NpgsqlDbType.Bigint, day => day.Sum(execution => execution.Saved.Value)),
            Column(days, NpgsqlDbType.Bigint, day => day.Sum(execution => execution.Prepaid.Value)),
            Column(days, NpgsqlDbType.Bigint, day => day.Sum(execution => execution.Billed.Value)),
            Column(days, NpgsqlDbType.Bigint, day => day.Sum(execution => execution.Price.Millionths)));
    }

    private static NpgsqlBatchCommand Notify(List<Execution> executions) => Command(
        "SELECT pg_notify('nadooit_changes', 'executions ' || customer) FROM unnest($1) AS customer",
        Column(executions.Select(execution => execution.CustomerId).Distinct(), NpgsqlDbType.Text, customer => customer.Value.ToString()));
}
