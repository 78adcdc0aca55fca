using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Budgets;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Orders;
using NadooIt.Domain.Ownership;
using NadooIt.Domain.Statements;
using Npgsql;
using NpgsqlTypes;

namespace NadooIt.Data.Executions;

/// <summary>What a page of the book was told by the database, with the rows locked that it will change.</summary>
internal sealed class BookReading
{
    private readonly Dictionary<CustomerId, HashSet<DateOnly>> closedMonths = [];
    private readonly Dictionary<CustomerProgramId, ProgramOrders> orders = [];
    private readonly List<(CustomerId Customer, CustomerProgramId? Program, SpendingStop Stop)> stops = [];

    /// <summary>Seconds saved so far, by customer program; these rows are locked.</summary>
    public Dictionary<CustomerProgramId, Seconds> Saved { get; } = [];

    /// <summary>The ledger accounts involved; these rows are locked.</summary>
    public Dictionary<LedgerAccountId, LedgerAccount> Accounts { get; } = [];

    /// <summary>The customer programs with everything that recording reads and moves.</summary>
    public Dictionary<CustomerProgramId, RunningProgram> Programs { get; } = [];

    /// <summary>The executions that bear one of the references already.</summary>
    public List<ExecutionId> Known { get; } = [];

    /// <summary>Who works where today.</summary>
    public HashSet<(PersonId, CustomerId)> Running { get; } = [];

    /// <summary>The API keys that count, as far as their owners do.</summary>
    public Dictionary<ApiKeyId, RecordingKey> Keys { get; } = [];

    /// <summary>The hard stops that hold for a customer program; their budgets are locked.</summary>
    public IReadOnlyList<SpendingStop> StopsOf(CustomerId customer, CustomerProgramId program) => stops.Count == 0
        ? []
        : [.. stops.Where(stop => stop.Program is { } only ? only == program : stop.Customer == customer).Select(stop => stop.Stop)];

    /// <summary>A locked budget with a hard stop.</summary>
    public void Add(CustomerId customer, CustomerProgramId? program, SpendingStop stop) => stops.Add((customer, program, stop));

    /// <summary>The orders that are asked about, of one customer program.</summary>
    public ProgramOrders OrdersOf(CustomerProgramId program)
    {
        if (!orders.TryGetValue(program, out var known))
        {
            orders[program] = known = new();
        }

        return known;
    }

    /// <summary>First days of the closed months that are asked about, of one customer.</summary>
    public HashSet<DateOnly> ClosedMonthsOf(CustomerId customer)
    {
        if (!closedMonths.TryGetValue(customer, out var months))
        {
            closedMonths[customer] = months = [];
        }

        return months;
    }
}

/// <summary>An API key as recording sees it.</summary>
/// <param name="Owner">For whom it acts.</param>
/// <param name="Customer">Where it works.</param>
/// <param name="RunsPrograms">Whether it may run programs.</param>
/// <param name="Programs">The customer programs it is limited to; empty for no limit.</param>
/// <param name="IsTest">Whether it records into the test ledger, and there only.</param>
internal sealed record RecordingKey(PersonId Owner, CustomerId Customer, bool RunsPrograms, IReadOnlyCollection<CustomerProgramId> Programs, bool IsTest);

/// <summary>
/// Locks and reads everything that a page of the book needs in one round trip. Each statement sees what was committed
/// before it began, so what is read after a lock is what holds while the lock is held. This file is named as one of the
/// few that speak SQL.
/// </summary>
internal static class BookReader
{
    /// <summary>Ladder positions in the order of their ids: whoever holds them is the only one to record there.</summary>
    private const string LockProgress =
        "SELECT customer_program_id, saved FROM customer_program_progress WHERE customer_program_id = ANY($1) ORDER BY customer_program_id FOR UPDATE";

    /// <summary>
    /// The receivable of each customer program (place -1) and the accounts that it draws from, in the order of their
    /// ids. A row is locked as it is then, so its balance is the last one.
    /// </summary>
    private const string LockAccounts =
        """
        SELECT used.program, used.place, a.id, a.customer_id, a.kind, a.balance, a.pending, a.minimum, a.is_closed, a.chain_length, a.chain_hash
        FROM (SELECT id AS program, id AS account, -1 AS place FROM unnest($1) AS id
            UNION ALL SELECT customer_program_id, time_account_id, position FROM drawn_time_account WHERE customer_program_id = ANY($1)) AS used
        JOIN ledger_account AS a ON a.id = used.account
        ORDER BY a.id FOR UPDATE OF a
        """;

    /// <summary>
    /// The budgets that hold for customer programs: their own, and those of their customers. Whether any budget stops at all is
    /// asked first and once, so that an installation without such budgets looks nothing up for its programs.
    /// </summary>
    private const string OfPrograms =
        """
        b.id = ANY(ARRAY(
            SELECT own.id FROM budget AS own
            WHERE EXISTS (SELECT 1 FROM budget WHERE is_hard_stop AND ended_at IS NULL)
                AND own.customer_program_id = ANY($1) AND own.customer_program_id IS NOT NULL AND own.ended_at IS NULL
            UNION ALL SELECT whole.id FROM customer_program AS p JOIN budget AS whole ON whole.customer_id = p.customer_id
            WHERE EXISTS (SELECT 1 FROM budget WHERE is_hard_stop AND ended_at IS NULL)
                AND p.id = ANY($1) AND whole.customer_program_id IS NULL AND whole.ended_at IS NULL))
        """;

    /// <summary>Hard stops in the order of their ids: programs of one customer do not record at once when one stops them together.</summary>
    private const string LockStops =
        $"SELECT b.id, b.customer_id, b.customer_program_id, b.monthly_limit FROM budget AS b WHERE {OfPrograms} AND b.is_hard_stop AND b.ended_at IS NULL ORDER BY b.id FOR UPDATE";

    /// <summary>What was used of them in the months concerned; reversed (3) and refunded (4) executions do not count.</summary>
    private const string ReadUsed =
        $"""
        SELECT b.id, m.month, sum(m.price_millionths)::bigint FROM budget AS b
        JOIN execution_month AS m ON m.customer_id = b.customer_id AND m.month = ANY($2) AND m.status NOT IN (3, 4)
            AND (b.customer_program_id IS NULL OR m.customer_program_id = b.customer_program_id)
        WHERE {OfPrograms} AND b.is_hard_stop GROUP BY b.id, m.month
        """;

    /// <summary>Asked only for months before the present one, since no other can be closed.</summary>
    private const string ReadClosings =
        """
        SELECT DISTINCT ON (r.customer_id, r.month) r.customer_id, r.month, r.kind FROM customer_program AS p
        JOIN closing_record AS r ON r.customer_id = p.customer_id AND r.month = ANY($2)
        WHERE p.id = ANY($1) ORDER BY r.customer_id, r.month, r.number DESC
        """;

    private const string ReadPrograms =
        "SELECT id, customer_id, saved_per_execution, largest_saved, price_mode, fixed_price, deactivated_at, charges_once_per_order FROM customer_program WHERE id = ANY($1)";

    private const string ReadKnown =
        "SELECT e.id FROM unnest($1, $2) AS asked (program, reference) JOIN execution AS e ON e.reference = asked.reference AND e.customer_program_id = asked.program";

    /// <summary>Asked only when something names an order.</summary>
    private const string ReadOrders =
        """
        SELECT o.id, o.customer_id, o.customer_program_id, o.reference, o.opened_at, o.charged_execution_id, o.status
        FROM unnest($1, $2) AS asked (program, reference) JOIN execution_order AS o ON o.customer_program_id = asked.program AND o.reference = asked.reference
        """;

    private const string ReadContracts =
        "SELECT person_id, customer_id, starts_on, ends_on FROM employee_contract WHERE person_id = ANY($1) AND deactivated_at IS NULL";

    private const string ReadKeys =
        """
        SELECT k.id, k.owner_id, k.customer_id, k.abilities, k.customer_programs, k.expires_at, k.revoked_at, k.is_test FROM api_key AS k
        JOIN person AS owner ON owner.id = k.owner_id AND owner.deactivated_at IS NULL WHERE k.id = ANY($1)
        """;

    /// <summary>Begins a transaction on an open connection without a fence, locks and reads.</summary>
    public static BookReading Begin(NpgsqlConnection connection, IReadOnlyList<RecordingOrder> orders)
    {
        var programs = orders.Select(order => order.Request.CustomerProgram.Value).Distinct().ToArray();
        using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Command("BEGIN ISOLATION LEVEL READ COMMITTED"),
                Command(LockProgress, Ids(programs)),
                Command(LockAccounts, Ids(programs)),
                Command(LockStops, Ids(programs)),
                Command(ReadUsed, Ids(programs), Months([.. orders.Select(MonthOf).Distinct()])),
                Command(ReadPrograms, Ids(programs)),
                Command(
                    ReadKnown,
                    Ids([.. orders.Select(order => order.Request.CustomerProgram.Value)]),
                    Texts([.. orders.Select(order => order.Request.Reference)])),
                Command(ReadContracts, Ids([.. orders.Select(order => order.Request.Person.Value).Distinct()])),
                Command(ReadKeys, Ids([.. orders.Select(order => order.Request.ApiKey).OfType<ApiKeyId>().Select(key => key.Value).Distinct()])),
            },
        };
        var earlier = EarlierMonths(orders);
        if (earlier.Length > 0)
        {
            batch.BatchCommands.Add(Command(ReadClosings, Ids(programs), Months(earlier)));
        }

        var ofOrders = orders.Where(order => order.Request.OrderReference is not null)
            .Select(order => (order.Request.CustomerProgram, Reference: order.Request.OrderReference!)).Distinct().ToList();
        if (ofOrders.Count > 0)
        {
            batch.BatchCommands.Add(Command(ReadOrders, Ids([.. ofOrders.Select(asked => asked.CustomerProgram.Value)]), Texts([.. ofOrders.Select(asked => asked.Reference)])));
        }

        batch.Prepare();
        using var rows = batch.ExecuteReader();
        return Read(rows, orders[0].Request.RecordedAt, earlier.Length > 0, ofOrders.Count > 0);
    }

    /// <summary>The months before the one of recording in which something is said to have occurred; nearly always none.</summary>
    private static DateOnly[] EarlierMonths(IReadOnlyList<RecordingOrder> orders) =>
    [
        .. orders.Where(order => order.Request.OccurredAt < order.Request.RecordedAt)
            .Select(order => (Occurred: MonthOf(order), Recorded: MonthOf(order.Request.RecordedAt)))
            .Where(months => months.Occurred < months.Recorded).Select(months => months.Occurred).Distinct(),
    ];

    private static DateOnly MonthOf(RecordingOrder order) => MonthOf(order.Request.OccurredAt ?? order.Request.RecordedAt);

    private static DateOnly MonthOf(DateTimeOffset instant) => DaySpan.MonthOf(BusinessTime.DayOf(instant));

    private static BookReading Read(NpgsqlDataReader rows, DateTimeOffset now, bool hasClosings, bool hasOrders)
    {
        var reading = new BookReading();
        while (rows.Read())
        {
            reading.Saved[new(rows.GetGuid(0))] = new(rows.GetInt64(1));
        }

        rows.NextResult();
        var receivables = new Dictionary<CustomerProgramId, LedgerAccount>();
        var drawn = new List<(CustomerProgramId Program, int Place, LedgerAccount Account)>();
        while (rows.Read())
        {
            var (program, place, id) = (new CustomerProgramId(rows.GetGuid(0)), rows.GetInt32(1), new LedgerAccountId(rows.GetGuid(2)));
            if (!reading.Accounts.TryGetValue(id, out var account))
            {
                account = reading.Accounts[id] = AccountOf(rows, id);
            }

            if (place < 0)
            {
                receivables[program] = account;
            }
            else
            {
                drawn.Add((program, place, account));
            }
        }

        var accountsOf = drawn.ToLookup(entry => entry.Program);
        ReadStops(rows, reading);
        rows.NextResult();
        while (rows.Read())
        {
            var id = new CustomerProgramId(rows.GetGuid(0));
            if (!reading.Saved.TryGetValue(id, out var saved) || !receivables.TryGetValue(id, out var receivable))
            {
                // Not in this ledger: in the test ledger a customer program of somebody else.
                continue;
            }

            var terms = new CustomerProgramTerms(
                new(rows.GetInt64(2)), new(rows.GetInt64(3)), (PriceMode)rows.GetInt32(4), rows.IsDBNull(5) ? null : PricePerSecond.Of(rows.GetDecimal(5)),
                rows.GetBoolean(7));
            reading.Programs[id] = new RunningProgram(
                new(rows.GetGuid(1)), terms, rows.IsDBNull(6), saved, receivable,
                [.. accountsOf[id].OrderBy(entry => entry.Place).Select(entry => entry.Account)], reading.ClosedMonthsOf(new(rows.GetGuid(1))),
                reading.StopsOf(new(rows.GetGuid(1)), id), reading.OrdersOf(id));
        }

        rows.NextResult();
        while (rows.Read())
        {
            reading.Known.Add(new(rows.GetGuid(0)));
        }

        rows.NextResult();
        var today = BusinessTime.DayOf(now);
        while (rows.Read())
        {
            var endsOn = rows.IsDBNull(3) ? (DateOnly?)null : rows.GetFieldValue<DateOnly>(3);
            if (EmployeeContract.StateOn(today, rows.GetFieldValue<DateOnly>(2), endsOn, null) == ContractState.Running)
            {
                reading.Running.Add((new(rows.GetGuid(0)), new(rows.GetGuid(1))));
            }
        }

        rows.NextResult();
        while (rows.Read())
        {
            if (ApiKey.IsValidAt(now, At(rows, 5), At(rows, 6)))
            {
                reading.Keys[new(rows.GetGuid(0))] = new(
                    new(rows.GetGuid(1)), new(rows.GetGuid(2)), rows.GetFieldValue<int[]>(3).Contains((int)Ability.RunPrograms),
                    [.. rows.GetFieldValue<Guid[]>(4).Select(CustomerProgramId.From)], rows.GetBoolean(7));
            }
        }

        if (hasClosings)
        {
            rows.NextResult();
            while (rows.Read())
            {
                if ((ClosingRecordKind)rows.GetInt32(2) == ClosingRecordKind.Closed)
                {
                    reading.ClosedMonthsOf(new(rows.GetGuid(0))).Add(rows.GetFieldValue<DateOnly>(1));
                }
            }
        }

        if (hasOrders)
        {
            rows.NextResult();
            while (rows.Read())
            {
                var order = ExecutionOrder.Kept(
                    new(rows.GetGuid(0)), new(rows.GetGuid(1)), new(rows.GetGuid(2)), rows.GetString(3), At(rows, 4)!.Value,
                    rows.IsDBNull(5) ? null : new ExecutionId(rows.GetGuid(5)), (OrderStatus)rows.GetInt32(6));
                reading.OrdersOf(order.CustomerProgramId).Add(order);
            }
        }

        return reading;
    }

    private static void ReadStops(NpgsqlDataReader rows, BookReading reading)
    {
        rows.NextResult();
        var stops = new Dictionary<Guid, SpendingStop>();
        while (rows.Read())
        {
            var stop = stops[rows.GetGuid(0)] = new SpendingStop(Money.Euro(rows.GetDecimal(3)));
            reading.Add(new(rows.GetGuid(1)), rows.IsDBNull(2) ? null : new CustomerProgramId(rows.GetGuid(2)), stop);
        }

        rows.NextResult();
        while (rows.Read())
        {
            // A budget that was set while this waited for the locks counts from the next page on.
            if (stops.TryGetValue(rows.GetGuid(0), out var stop))
            {
                stop.Use(rows.GetFieldValue<DateOnly>(1), Money.FromMillionths(rows.GetInt64(2)));
            }
        }
    }

    private static LedgerAccount AccountOf(NpgsqlDataReader rows, LedgerAccountId id) => LedgerAccount.Kept(
        id, new(rows.GetGuid(3)), (LedgerAccountKind)rows.GetInt32(4), rows.GetInt64(5), rows.GetInt64(6), rows.IsDBNull(7) ? null : rows.GetInt64(7),
        rows.GetBoolean(8), rows.GetInt64(9), rows.GetFieldValue<byte[]>(10));

    private static DateTimeOffset? At(NpgsqlDataReader rows, int column) =>
        rows.IsDBNull(column) ? null : new DateTimeOffset(rows.GetDateTime(column));

    private static NpgsqlBatchCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
    }

    private static NpgsqlParameter<string[]> Texts(string[] texts) => new() { TypedValue = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    private static NpgsqlParameter<DateOnly[]> Months(DateOnly[] months) => new() { TypedValue = months, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date };

    private static NpgsqlParameter<Guid[]> Ids(Guid[] ids) => new() { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };
}
