using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Orders;
using Npgsql;
using NpgsqlTypes;

namespace NadooIt.Data.Executions;

/// <summary>
/// Writes a page of the book in one round trip: executions and transfers as arrays, balances, ladder positions and
/// figures of days and months by key. This file is named as one of the few that speak SQL.
/// </summary>
internal static class BookWriter
{
    private static readonly string AddToDays = AddTo("execution_day", "day");
    private static readonly string AddToMonths = AddTo("execution_month", "month");

    /// <summary>Writes on a connection with an open transaction, and commits it.</summary>
    public static void Commit(
        NpgsqlConnection connection,
        IReadOnlyList<RecordedExecution> recorded,
        IReadOnlyList<(CustomerProgramId Program, Seconds Saved)> progress,
        Dictionary<LedgerAccountId, LedgerAccount> accounts,
        IReadOnlyList<ExecutionOrder> orders,
        bool hasWebhooks)
    {
        if (recorded.Count == 0)
        {
            using var nothing = new NpgsqlBatch(connection) { BatchCommands = { Command("COMMIT") } };
            nothing.ExecuteNonQuery();
            return;
        }

        var executions = recorded.Select(item => item.Execution).ToList();
        var transfers = recorded.SelectMany(item => item.Transfers).ToList();
        var touched = transfers.Select(transfer => transfer.ChainAccountId).Distinct().Select(id => accounts[id]).ToList();
        using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                InsertExecutions(executions),
                InsertTransfers(transfers),
                UpdateAccounts(touched),
                UpdateProgress(progress),
                Add(AddToDays, FiguresOf(executions, day => day)),
                Add(AddToMonths, FiguresOf(executions, DaySpan.MonthOf)),
            },
        };
        if (hasWebhooks)
        {
            batch.BatchCommands.Add(AddWebhooks(executions));
        }

        if (orders.Count > 0)
        {
            batch.BatchCommands.Insert(0, SaveOrders(orders));
        }

        batch.BatchCommands.Add(Command("COMMIT"));
        batch.Prepare();
        batch.ExecuteNonQuery();
    }

    /// <summary>A statement with its columns, one array each.</summary>
    private static NpgsqlBatchCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
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

    private static NpgsqlBatchCommand InsertExecutions(IReadOnlyList<Execution> rows) => Command(
        """
        INSERT INTO execution (id, customer_id, customer_program_id, person_id, api_key_id, reference, order_reference, occurred_at, recorded_at,
            saved, prepaid, billed, price_mode, rate, price, saved_before, time_balance_after, status, content_hash, order_id)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
        """,
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
        Column(rows, NpgsqlDbType.Uuid, row => row.OrderId?.Value));

    private static NpgsqlBatchCommand InsertTransfers(IReadOnlyList<Transfer> rows) => Command(
        """
        INSERT INTO transfer (id, customer_id, unit, from_account_id, to_account_id, amount, kind, chain_account_id, chain_position,
            balance_after, execution_id, note, booked_by, booked_at, hash, phase, pending_after)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
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
        Column(rows, NpgsqlDbType.TimestampTz, row => row.BookedAt.UtcDateTime),
        Column(rows, NpgsqlDbType.Bytea, row => row.Hash),
        Column(rows, NpgsqlDbType.Integer, row => (int)row.Phase),
        Column(rows, NpgsqlDbType.Bigint, row => row.PendingAfter));

    private static NpgsqlBatchCommand UpdateAccounts(IReadOnlyList<LedgerAccount> rows) => Command(
        """
        UPDATE ledger_account SET balance = fresh.balance, pending = fresh.pending, chain_length = fresh.chain_length, chain_hash = fresh.chain_hash
        FROM unnest($1, $2, $3, $4, $5) AS fresh (id, balance, pending, chain_length, chain_hash) WHERE ledger_account.id = fresh.id
        """,
        Column(rows, NpgsqlDbType.Uuid, row => row.Id.Value),
        Column(rows, NpgsqlDbType.Bigint, row => row.Balance),
        Column(rows, NpgsqlDbType.Bigint, row => row.Pending),
        Column(rows, NpgsqlDbType.Bigint, row => row.ChainLength),
        Column(rows, NpgsqlDbType.Bytea, row => row.ChainHash));

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

    private static NpgsqlBatchCommand UpdateProgress(IReadOnlyList<(CustomerProgramId Program, Seconds Saved)> rows) => Command(
        """
        UPDATE customer_program_progress SET saved = fresh.saved
        FROM unnest($1, $2) AS fresh (id, saved) WHERE customer_program_id = fresh.id
        """,
        Column(rows, NpgsqlDbType.Uuid, row => row.Program.Value),
        Column(rows, NpgsqlDbType.Bigint, row => row.Saved.Value));

    private static string AddTo(string table, string span) =>
        $"""
        INSERT INTO {table} (customer_id, {span}, customer_program_id, status, person_id, count, saved, prepaid, billed, price_millionths)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (customer_id, {span}, customer_program_id, status, person_id) DO UPDATE SET
            count = {table}.count + excluded.count, saved = {table}.saved + excluded.saved,
            prepaid = {table}.prepaid + excluded.prepaid, billed = {table}.billed + excluded.billed,
            price_millionths = {table}.price_millionths + excluded.price_millionths
        """;

    private static NpgsqlBatchCommand Add(string sql, List<Figures> rows) => Command(
        sql,
        Column(rows, NpgsqlDbType.Uuid, row => row.Customer.Value),
        Column(rows, NpgsqlDbType.Date, row => row.From),
        Column(rows, NpgsqlDbType.Uuid, row => row.Program.Value),
        Column(rows, NpgsqlDbType.Integer, row => (int)row.Status),
        Column(rows, NpgsqlDbType.Uuid, row => row.Person.Value),
        Column(rows, NpgsqlDbType.Bigint, row => row.Count),
        Column(rows, NpgsqlDbType.Bigint, row => row.Saved),
        Column(rows, NpgsqlDbType.Bigint, row => row.Prepaid),
        Column(rows, NpgsqlDbType.Bigint, row => row.Billed),
        Column(rows, NpgsqlDbType.Bigint, row => row.Price));

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

    /// <summary>One message for each endpoint that wants to hear of executions; most customers have none, and nothing is written.</summary>
    private static NpgsqlBatchCommand AddWebhooks(IReadOnlyList<Execution> executions) => Command(
        """
        INSERT INTO webhook_delivery (id, customer_id, endpoint_id, event, subject_id, occurred_at, state, attempts, next_at)
        SELECT gen_random_uuid(), fresh.customer_id, endpoint.id, 1, fresh.id, fresh.recorded_at, 1, 0, fresh.recorded_at
        FROM unnest($1, $2, $3) AS fresh (id, customer_id, recorded_at)
        JOIN webhook_endpoint AS endpoint ON endpoint.customer_id = fresh.customer_id
            AND endpoint.disabled_at IS NULL AND endpoint.ended_at IS NULL AND 1 = ANY(endpoint.events)
        """,
        Column(executions, NpgsqlDbType.Uuid, row => row.Id.Value),
        Column(executions, NpgsqlDbType.Uuid, row => row.CustomerId.Value),
        Column(executions, NpgsqlDbType.TimestampTz, row => row.RecordedAt.UtcDateTime));

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
