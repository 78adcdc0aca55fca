using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Orders;
using Npgsql;
using NpgsqlTypes;

namespace NadooIt.Data.Executions;

/// <summary>
/// Writes a page of the book with one statement, because each further one costs more than its rows: executions and transfers,
/// balances, ladder positions with the figures that they carry, and those of days and months by key. It writes nothing unless everything that the page rests on
/// still holds. This file is named as one of the few that speak SQL.
/// </summary>
internal static class BookWriter
{
    // Ladder positions are locked before accounts, as everywhere; a row that somebody else holds is waited for and compared then.
    // What is compared without a lock holds for the moment at which the statement began.
    private static readonly string Write = Statement("");

    // Most pages put no figures down, and to insert nothing costs more than nothing.
    private static readonly string WriteWithFigures = Statement(
        $"""
        days AS ({FiguresSchema.AddTo("execution_day", "day", "SELECT * FROM unnest($7)")}),
        months AS ({FiguresSchema.AddTo("execution_month", "month", "SELECT * FROM unnest($8)")}),

        """);

    private static string Statement(string figures) =>
        $"""
        WITH positions AS (
            UPDATE customer_program_progress AS kept SET saved = fresh.saved, revision = fresh.revision, recent_day = fresh.recent_day,
                recent_status = fresh.recent_status, recent_person_id = fresh.recent_person_id, recent_count = fresh.recent_count, recent_saved = fresh.recent_saved,
                recent_prepaid = fresh.recent_prepaid, recent_billed = fresh.recent_billed, recent_price_millionths = fresh.recent_price_millionths
            FROM unnest($2) AS fresh
            WHERE kept.customer_program_id = fresh.id AND kept.saved = fresh.saved_before AND kept.revision = fresh.revision_before RETURNING 1),
        balances AS (
            UPDATE ledger_account AS kept SET balance = fresh.amount, pending = fresh.pending, chain_length = fresh.chain_length, chain_hash = fresh.chain_hash
            FROM unnest($3) AS fresh
            WHERE kept.id = fresh.id AND kept.chain_hash = fresh.before AND NOT kept.is_closed AND kept.minimum IS NOT DISTINCT FROM fresh.minimum RETURNING 1),
        {figures}executions AS (
            INSERT INTO execution (id, customer_id, customer_program_id, person_id, api_key_id, reference, order_reference, occurred_at, recorded_at,
                saved, prepaid, billed, price_mode, rate, price, saved_before, time_balance_after, status, content_hash, order_id)
            SELECT * FROM unnest($5)),
        transfers AS (
            INSERT INTO transfer (id, customer_id, unit, from_account_id, to_account_id, amount, kind, chain_account_id, chain_position,
                balance_after, execution_id, note, booked_by, booked_at, hash, phase, pending_after)
            SELECT * FROM unnest($6))
        SELECT nadooit_holds(CASE
            WHEN $1 <> {BookSchema.Sum} THEN false
            WHEN (SELECT count(*) FROM unnest($4) AS seen JOIN ledger_account AS kept ON kept.id = seen.id AND kept.chain_hash = seen.hash) <> cardinality($4) THEN false
            WHEN (SELECT count(*) FROM positions) <> cardinality($2) THEN false
            ELSE (SELECT count(*) FROM balances) = cardinality($3) END)
        """;

    /// <summary>Writes and commits a page that was not read under locks; false where what it rests on does not hold any more, and nothing is written.</summary>
    public static bool WriteIfItHolds(NpgsqlConnection connection, PageWrite page, NpgsqlParameter[] parameters)
    {
        try
        {
            if (page.HasWebhooks)
            {
                // What is sent together without beginning a transaction is one.
                Run(connection, [Command(StatementOf(parameters), parameters), WebhooksOf(page)]);
                return true;
            }

            using var command = new NpgsqlCommand(StatementOf(parameters), connection);
            command.Parameters.AddRange(parameters);
            command.Prepare();
            command.ExecuteNonQuery();
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState is BookSchema.Stale or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected)
        {
            // A reference that is known by now is for whoever reads under locks to answer.
            return false;
        }
    }

    /// <summary>Writes on a connection with an open transaction that read under locks, and commits it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="page">The page; nothing is written where it recorded nothing.</param>
    /// <param name="changeRows">In how many rows changes are counted; many are put together.</param>
    public static void WriteAndCommit(NpgsqlConnection connection, PageWrite page, int changeRows)
    {
        var commands = new List<NpgsqlBatchCommand>();
        if (page.Orders.Count > 0)
        {
            commands.Add(SaveOrders(page.Orders));
        }

        if (page.Recorded.Count > 0)
        {
            var parameters = ParametersOf(page);
            commands.Add(Command(StatementOf(parameters), parameters));
        }

        if (page.Recorded.Count > 0 && page.HasWebhooks)
        {
            commands.Add(WebhooksOf(page));
        }

        if (changeRows > MostChangeRows)
        {
            commands.Add(Command(BookSchema.PutTogether));
        }

        Run(connection, [.. commands, Command("COMMIT")]);
    }

    /// <summary>More would be slow to add up for each page.</summary>
    private const int MostChangeRows = 20;

    private static void Run(NpgsqlConnection connection, IEnumerable<NpgsqlBatchCommand> commands)
    {
        using var batch = new NpgsqlBatch(connection);
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        batch.Prepare();
        batch.ExecuteNonQuery();
    }

    private static NpgsqlBatchCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
    }

    private static string StatementOf(NpgsqlParameter[] parameters) => parameters.Length > WithoutFigures ? WriteWithFigures : Write;

    /// <summary>How many parameters the statement takes without figures to put down.</summary>
    private const int WithoutFigures = 6;

    /// <summary>Everything that the statement takes, in its order.</summary>
    public static NpgsqlParameter[] ParametersOf(PageWrite page)
    {
        NpgsqlParameter[] parameters =
        [
            new NpgsqlParameter<long?> { TypedValue = page.Changes, NpgsqlDbType = NpgsqlDbType.Bigint },
            BookRows.Parameter(page.Programs.Select(BookRows.Position.Of).ToArray()),
            BookRows.Parameter(page.Accounts.Select(BalanceOf).ToArray()),
            BookRows.Parameter(page.Unmoved.Select(row => new BookRows.Chain(row.Id.Value, row.Hash)).ToArray()),
            BookRows.Parameter(page.Recorded.Select(recorded => BookRows.ExecutionValues.Of(recorded.Execution)).ToArray()),
            BookRows.Parameter(page.Recorded.SelectMany(recorded => recorded.Transfers).Select(BookRows.TransferValues.Of).ToArray()),
        ];
        return page.Figures.Days is { Length: > 0 } days ? [.. parameters, BookRows.Parameter(days), BookRows.Parameter(page.Figures.Months)] : parameters;
    }

    /// <summary>One column as an array of its own type, without a box for each value.</summary>
    private static NpgsqlParameter<TValue[]> Column<TRow, TValue>(IReadOnlyList<TRow> rows, NpgsqlDbType type, Func<TRow, TValue> value)
    {
        var values = new TValue[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(rows[i]);
        }

        return new() { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = values };
    }

    private static BookRows.Balance BalanceOf(MovedAccount row) =>
        new(row.Id.Value, row.HashBefore, row.Minimum, row.Balance, row.Pending, row.ChainLength, row.ChainHash);

    /// <summary>New orders, and those whose charge is another execution now; whoever records them holds the lock of their program.</summary>
    private static NpgsqlBatchCommand SaveOrders(IReadOnlyList<ExecutionOrder> rows) => Command(
        """
        INSERT INTO execution_order (id, customer_id, customer_program_id, reference, opened_at, charged_execution_id, status)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id) DO UPDATE SET charged_execution_id = excluded.charged_execution_id
        """,
        Column(rows, NpgsqlDbType.Uuid, row => row.Id.Value),
        Column(rows, NpgsqlDbType.Uuid, row => row.CustomerId.Value),
        Column(rows, NpgsqlDbType.Uuid, row => row.CustomerProgramId.Value),
        Column(rows, NpgsqlDbType.Text, row => row.Reference),
        Column(rows, NpgsqlDbType.TimestampTz, row => row.OpenedAt.UtcDateTime),
        Column(rows, NpgsqlDbType.Uuid, row => row.ChargedExecutionId?.Value),
        Column(rows, NpgsqlDbType.Integer, row => (int)row.Status));

    /// <summary>One message for each endpoint that wants to hear of executions.</summary>
    private static NpgsqlBatchCommand WebhooksOf(PageWrite page) => Command(
        """
        INSERT INTO webhook_delivery (id, customer_id, endpoint_id, event, subject_id, occurred_at, state, attempts, next_at)
        SELECT gen_random_uuid(), fresh.customer_id, endpoint.id, 1, fresh.id, fresh.recorded_at, 1, 0, fresh.recorded_at
        FROM unnest($1, $2, $3) AS fresh (id, customer_id, recorded_at)
        JOIN webhook_endpoint AS endpoint ON endpoint.customer_id = fresh.customer_id
            AND endpoint.disabled_at IS NULL AND endpoint.ended_at IS NULL AND 1 = ANY(endpoint.events)
        """,
        Column(page.Recorded, NpgsqlDbType.Uuid, row => row.Execution.Id.Value),
        Column(page.Recorded, NpgsqlDbType.Uuid, row => row.Execution.CustomerId.Value),
        Column(page.Recorded, NpgsqlDbType.TimestampTz, row => row.Execution.RecordedAt.UtcDateTime));
}
