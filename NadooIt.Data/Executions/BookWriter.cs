using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Orders;
using Npgsql;
using NpgsqlTypes;

namespace NadooIt.Data.Executions;

/// <summary>
/// Writes a page of the book with one statement, because each further one costs more than its rows: executions and transfers as arrays,
/// balances, ladder positions and figures of days and months by key. It writes nothing unless everything that the page rests on
/// still holds. This file is named as one of the few that speak SQL.
/// </summary>
internal static class BookWriter
{
    // Ladder positions are locked before accounts, as everywhere; a row that somebody else holds is waited for and compared then.
    // What is compared without a lock holds for the moment at which the statement began.
    private static readonly string Write =
        $"""
        WITH positions AS (
            UPDATE customer_program_progress AS kept SET saved = fresh.saved FROM unnest($2, $3, $4) AS fresh (id, before, saved)
            WHERE kept.customer_program_id = fresh.id AND kept.saved = fresh.before RETURNING 1),
        balances AS (
            UPDATE ledger_account AS kept SET balance = fresh.balance, pending = fresh.pending, chain_length = fresh.chain_length, chain_hash = fresh.chain_hash
            FROM unnest($5, $6, $7, $8, $9, $10, $11) AS fresh (id, before, minimum, balance, pending, chain_length, chain_hash)
            WHERE kept.id = fresh.id AND kept.chain_hash = fresh.before AND NOT kept.is_closed AND kept.minimum IS NOT DISTINCT FROM fresh.minimum RETURNING 1),
        executions AS (
            INSERT INTO execution (id, customer_id, customer_program_id, person_id, api_key_id, reference, order_reference, occurred_at, recorded_at,
                saved, prepaid, billed, price_mode, rate, price, saved_before, time_balance_after, status, content_hash, order_id)
            SELECT * FROM unnest({Parameters(14, 20)})),
        transfers AS (
            INSERT INTO transfer (id, customer_id, unit, from_account_id, to_account_id, amount, kind, chain_account_id, chain_position,
                balance_after, execution_id, note, booked_by, booked_at, hash, phase, pending_after)
            SELECT * FROM unnest({Parameters(34, 17)})),
        days AS ({AddTo("execution_day", "day", 51)}),
        months AS ({AddTo("execution_month", "month", 61)})
        SELECT nadooit_holds(CASE
            WHEN $1 <> {BookSchema.Sum} THEN false
            WHEN (SELECT count(*) FROM unnest($12, $13) AS seen (id, hash) JOIN ledger_account AS kept ON kept.id = seen.id AND kept.chain_hash = seen.hash) <> cardinality($12) THEN false
            WHEN (SELECT count(*) FROM positions) <> cardinality($2) THEN false
            ELSE (SELECT count(*) FROM balances) = cardinality($5) END)
        """;

    /// <summary>Writes and commits a page that was not read under locks; false where what it rests on does not hold any more, and nothing is written.</summary>
    public static bool WriteIfItHolds(NpgsqlConnection connection, PageWrite page, NpgsqlParameter[] parameters)
    {
        try
        {
            if (page.HasWebhooks)
            {
                // What is sent together without beginning a transaction is one.
                Run(connection, [Command(Write, parameters), WebhooksOf(page)]);
                return true;
            }

            using var command = new NpgsqlCommand(Write, connection);
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
            commands.Add(Command(Write, ParametersOf(page)));
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

    private static string Parameters(int first, int count) => string.Join(", ", Enumerable.Range(first, count).Select(number => $"${number}"));

    private static string AddTo(string table, string span, int first) =>
        $"""
        INSERT INTO {table} (customer_id, {span}, customer_program_id, status, person_id, count, saved, prepaid, billed, price_millionths)
            SELECT * FROM unnest({Parameters(first, 10)})
            ON CONFLICT (customer_id, {span}, customer_program_id, status, person_id) DO UPDATE SET
                count = {table}.count + excluded.count, saved = {table}.saved + excluded.saved,
                prepaid = {table}.prepaid + excluded.prepaid, billed = {table}.billed + excluded.billed,
                price_millionths = {table}.price_millionths + excluded.price_millionths
        """;

    /// <summary>Everything that the statement takes, in its order.</summary>
    public static NpgsqlParameter[] ParametersOf(PageWrite page)
    {
        var executions = page.Recorded.Select(recorded => recorded.Execution).ToList();
        return
        [
            new NpgsqlParameter<long?> { TypedValue = page.Changes, NpgsqlDbType = NpgsqlDbType.Bigint },
            .. Positions(page.Programs),
            .. Balances(page.Accounts),
            Column(page.Unmoved, NpgsqlDbType.Uuid, row => row.Id.Value),
            Column(page.Unmoved, NpgsqlDbType.Bytea, row => row.Hash),
            .. Executions(executions),
            .. Transfers([.. page.Recorded.SelectMany(recorded => recorded.Transfers)]),
            .. FigureColumns(FiguresOf(executions, day => day)),
            .. FigureColumns(FiguresOf(executions, DaySpan.MonthOf)),
        ];
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

    private static NpgsqlParameter[] Positions(IReadOnlyList<MovedProgram> rows) =>
    [
        Column(rows, NpgsqlDbType.Uuid, row => row.Program.Value),
        Column(rows, NpgsqlDbType.Bigint, row => row.Before.Value),
        Column(rows, NpgsqlDbType.Bigint, row => row.After.Value),
    ];

    private static NpgsqlParameter[] Balances(IReadOnlyList<MovedAccount> rows) =>
    [
        Column(rows, NpgsqlDbType.Uuid, row => row.Id.Value),
        Column(rows, NpgsqlDbType.Bytea, row => row.HashBefore),
        Column(rows, NpgsqlDbType.Bigint, row => row.Minimum),
        Column(rows, NpgsqlDbType.Bigint, row => row.Balance),
        Column(rows, NpgsqlDbType.Bigint, row => row.Pending),
        Column(rows, NpgsqlDbType.Bigint, row => row.ChainLength),
        Column(rows, NpgsqlDbType.Bytea, row => row.ChainHash),
    ];

    private static NpgsqlParameter[] Executions(IReadOnlyList<Execution> rows) =>
    [
        Column(rows, NpgsqlDbType.Uuid, row => row.Id.Value),
        Column(rows, NpgsqlDbType.Uuid, row => row.CustomerId.Value),
        Column(rows, NpgsqlDbType.Uuid, row => row.CustomerProgramId.Value),
        Column(rows, NpgsqlDbType.Uuid, row => row.PersonId.Value),
        Column(rows, NpgsqlDbType.Uuid, row => row.ApiKeyId?.Value),
        Column(rows, NpgsqlDbType.Text, row => row.Reference),
        Column(rows, NpgsqlDbType.Text, row => row.OrderReference),
        Column(rows, NpgsqlDbType.TimestampTz, row => row.OccurredAt.UtcDateTime),
        Column(rows, NpgsqlDbType.TimestampTz, row => row.RecordedAt.UtcDateTime),
        Column(rows, NpgsqlDbType.Bigint, row => row.Saved.Value),
        Column(rows, NpgsqlDbType.Bigint, row => row.Prepaid.Value),
        Column(rows, NpgsqlDbType.Bigint, row => row.Billed.Value),
        Column(rows, NpgsqlDbType.Integer, row => (int)row.PriceMode),
        Column(rows, NpgsqlDbType.Numeric, row => row.Rate.Amount),
        Column(rows, NpgsqlDbType.Numeric, row => row.Price.Amount),
        Column(rows, NpgsqlDbType.Bigint, row => row.SavedBefore.Value),
        Column(rows, NpgsqlDbType.Bigint, row => row.TimeBalanceAfter.Value),
        Column(rows, NpgsqlDbType.Integer, row => (int)row.Status),
        Column(rows, NpgsqlDbType.Bytea, row => row.ContentHash),
        Column(rows, NpgsqlDbType.Uuid, row => row.OrderId?.Value),
    ];

    private static NpgsqlParameter[] Transfers(IReadOnlyList<Transfer> rows) =>
    [
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
        Column(rows, NpgsqlDbType.TimestampTz, row => row.BookedAt.UtcDateTime),
        Column(rows, NpgsqlDbType.Bytea, row => row.Hash),
        Column(rows, NpgsqlDbType.Integer, row => (int)row.Phase),
        Column(rows, NpgsqlDbType.Bigint, row => row.PendingAfter),
    ];

    private static NpgsqlParameter[] FigureColumns(IReadOnlyList<Figures> rows) =>
    [
        Column(rows, NpgsqlDbType.Uuid, row => row.Customer.Value),
        Column(rows, NpgsqlDbType.Date, row => row.From),
        Column(rows, NpgsqlDbType.Uuid, row => row.Program.Value),
        Column(rows, NpgsqlDbType.Integer, row => (int)row.Status),
        Column(rows, NpgsqlDbType.Uuid, row => row.Person.Value),
        Column(rows, NpgsqlDbType.Bigint, row => row.Count),
        Column(rows, NpgsqlDbType.Bigint, row => row.Saved),
        Column(rows, NpgsqlDbType.Bigint, row => row.Prepaid),
        Column(rows, NpgsqlDbType.Bigint, row => row.Billed),
        Column(rows, NpgsqlDbType.Bigint, row => row.Price),
    ];

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

    private static List<Figures> FiguresOf(IReadOnlyList<Execution> executions, Func<DateOnly, DateOnly> startOf)
    {
        var figures = new Dictionary<(CustomerProgramId, DateOnly, ExecutionStatus, PersonId), Figures>();
        foreach (var execution in executions)
        {
            var key = (execution.CustomerProgramId, From: startOf(BusinessTime.DayOf(execution.OccurredAt)), execution.Status, execution.PersonId);
            if (!figures.TryGetValue(key, out var row))
            {
                figures[key] = row = new(execution.CustomerId, key.From, key.CustomerProgramId, key.Status, key.PersonId);
            }

            row.Add(execution);
        }

        // One order for all writers, so that two of them cannot wait for each other.
        return [.. figures.Values.OrderBy(row => row.Program.Value).ThenBy(row => row.From).ThenBy(row => row.Status).ThenBy(row => row.Person.Value)];
    }

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

    /// <summary>What one page adds to the figures of one customer program, day or month, status and person.</summary>
    private sealed class Figures(CustomerId customer, DateOnly from, CustomerProgramId program, ExecutionStatus status, PersonId person)
    {
        public CustomerId Customer => customer;

        public DateOnly From => from;

        public CustomerProgramId Program => program;

        public ExecutionStatus Status => status;

        public PersonId Person => person;

        public long Count { get; private set; }

        public long Saved { get; private set; }

        public long Prepaid { get; private set; }

        public long Billed { get; private set; }

        public long Price { get; private set; }

        public void Add(Execution execution)
        {
            Count++;
            Saved += execution.Saved.Value;
            Prepaid += execution.Prepaid.Value;
            Billed += execution.Billed.Value;
            Price += execution.Price.Millionths;
        }
    }
}
