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

/// <summary>
/// Locks and reads everything that a page of the book needs in one round trip, or two where a budget stops something. Each
/// statement sees what was committed before it began, so what is read after a lock is what holds while the lock is held.
/// This file is named as one of the few that speak SQL.
/// </summary>
internal static class BookReader
{
    /// <summary>
    /// Ladder positions in the order of their ids: whoever holds them is the only one to record there. With them the terms,
    /// and whether anybody has a hard stop or wants to hear of executions, which is nearly never so and then is asked no further.
    /// What is read here and further down holds for the number of changes that is read here, or is newer.
    /// </summary>
    private const string LockPrograms =
        $"""
        SELECT p.id, p.customer_id, p.saved_per_execution, p.largest_saved, p.price_mode, p.fixed_price, p.deactivated_at, p.charges_once_per_order, g.saved,
            EXISTS (SELECT 1 FROM budget WHERE is_hard_stop AND ended_at IS NULL),
            EXISTS (SELECT 1 FROM webhook_endpoint WHERE disabled_at IS NULL AND ended_at IS NULL),
            {BookSchema.Sum}, (SELECT count(*)::int FROM book_change),
            g.revision, g.recent_day, g.recent_status, g.recent_person_id, g.recent_count, g.recent_saved, g.recent_prepaid, g.recent_billed, g.recent_price_millionths
        FROM customer_program_progress AS g JOIN customer_program AS p ON p.id = g.customer_program_id
        WHERE g.customer_program_id = ANY($1) ORDER BY g.customer_program_id FOR UPDATE OF g
        """;

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

    /// <summary>The budgets that hold for customer programs: their own, and those of their customers.</summary>
    private const string OfPrograms =
        """
        b.id = ANY(ARRAY(
            SELECT own.id FROM budget AS own
            WHERE own.customer_program_id = ANY($1) AND own.customer_program_id IS NOT NULL AND own.ended_at IS NULL
            UNION ALL SELECT whole.id FROM customer_program AS p JOIN budget AS whole ON whole.customer_id = p.customer_id
            WHERE p.id = ANY($1) AND whole.customer_program_id IS NULL AND whole.ended_at IS NULL))
        """;

    /// <summary>Hard stops in the order of their ids: programs of one customer do not record at once when one stops them together.</summary>
    private const string LockStops =
        $"SELECT b.id, b.customer_id, b.customer_program_id, b.monthly_limit FROM budget AS b WHERE {OfPrograms} AND b.is_hard_stop AND b.ended_at IS NULL ORDER BY b.id FOR UPDATE";

    /// <summary>What was used of them in the months concerned; reversed (3) and refunded (4) executions do not count.</summary>
    private const string ReadUsed =
        $"""
        SELECT b.id, m.month, sum(m.price_millionths)::bigint FROM budget AS b
        JOIN {FiguresSchema.Months} AS m ON m.customer_id = b.customer_id AND m.month = ANY($2) AND m.status NOT IN (3, 4)
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

    private const string ReadKnown =
        "SELECT e.id FROM unnest($1, $2) AS asked (program, reference) JOIN execution AS e ON e.reference = asked.reference AND e.customer_program_id = asked.program";

    /// <summary>Asked only when something names an order.</summary>
    private const string ReadOrders =
        """
        SELECT o.id, o.customer_id, o.customer_program_id, o.reference, o.opened_at, o.charged_execution_id, o.status
        FROM unnest($1, $2) AS asked (program, reference) JOIN execution_order AS o ON o.customer_program_id = asked.program AND o.reference = asked.reference
        """;

    /// <summary>Keys of owners who are there, with the contract under which each works, if there is one.</summary>
    private const string ReadKeys =
        """
        SELECT k.id, k.owner_id, k.customer_id, k.abilities, k.customer_programs, k.expires_at, k.revoked_at, k.is_test, c.starts_on, c.ends_on FROM api_key AS k
        JOIN person AS owner ON owner.id = k.owner_id AND owner.deactivated_at IS NULL
        LEFT JOIN employee_contract AS c ON c.person_id = k.owner_id AND c.customer_id = k.customer_id AND c.deactivated_at IS NULL
        WHERE k.id = ANY($1)
        """;

    /// <summary>Asked only when something is recorded by hand.</summary>
    private const string ReadContracts =
        "SELECT person_id, customer_id, starts_on, ends_on FROM employee_contract WHERE person_id = ANY($1) AND deactivated_at IS NULL";

    /// <summary>Begins a transaction on an open connection without a fence, locks and reads.</summary>
    public static BookReading Begin(NpgsqlConnection connection, IReadOnlyList<RecordingOrder> orders)
    {
        var programs = orders.Select(order => order.Request.CustomerProgram.Value).Distinct().ToArray();
        using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Command("BEGIN ISOLATION LEVEL READ COMMITTED"),
                Command(LockPrograms, Ids(programs)),
                Command(LockAccounts, Ids(programs)),
                Command(
                    ReadKnown,
                    Ids([.. orders.Select(order => order.Request.CustomerProgram.Value)]),
                    Texts([.. orders.Select(order => order.Request.Reference)])),
                Command(ReadKeys, Ids([.. orders.Select(order => order.Request.ApiKey).OfType<ApiKeyId>().Select(key => key.Value).Distinct()])),
            },
        };
        var byHand = orders.Where(order => order.Request.ApiKey is null).Select(order => order.Request.Person.Value).Distinct().ToArray();
        if (byHand.Length > 0)
        {
            batch.BatchCommands.Add(Command(ReadContracts, Ids(byHand)));
        }

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
        var reading = new BookReading();
        List<FoundProgram> found;
        AccountsOfPrograms accounts;
        using (var rows = batch.ExecuteReader())
        {
            found = ReadPrograms(rows, reading);
            accounts = ReadAccounts(rows, reading);
            ReadKnownReferences(rows, reading);
            ReadKeysOf(rows, reading);
            if (byHand.Length > 0)
            {
                ReadRunning(rows, reading, BusinessTime.DayOf(orders[0].Request.RecordedAt));
            }

            if (earlier.Length > 0)
            {
                ReadClosedMonths(rows, reading);
            }

            if (ofOrders.Count > 0)
            {
                ReadOpenOrders(rows, reading);
            }
        }

        if (found.Any(program => program.HasStops))
        {
            ReadStops(connection, programs, [.. orders.Select(MonthOf).Distinct()], reading);
        }

        foreach (var program in found.Where(program => accounts.Receivables.ContainsKey(program.Id)))
        {
            var (drawn, stops) = (accounts.Drawn[program.Id].ToList(), reading.StopsOf(program.Customer, program.Id));
            reading.Programs[program.Id] = new RunningProgram(
                program.Customer, program.Terms, program.IsActive, program.Position.Saved, accounts.Receivables[program.Id], drawn,
                reading.ClosedMonthsOf(program.Customer), stops, reading.OrdersOf(program.Id));
            reading.Positions[program.Id] = program.Position;
            if (program.IsActive && stops.Count == 0)
            {
                reading.Memorable.Add((program.Id, new(program.Customer, program.Terms, [.. drawn.Select(account => account.Id)])));
            }
        }

        return reading;
    }

    /// <summary>The months before the one of recording in which something is said to have occurred; nearly always none.</summary>
    private static DateOnly[] EarlierMonths(IReadOnlyList<RecordingOrder> orders) =>
    [
        .. orders.Where(order => IsOfEarlierMonth(order.Request)).Select(MonthOf).Distinct(),
    ];

    /// <summary>Whether it is said to have occurred in a month before the one of recording, which can be closed.</summary>
    public static bool IsOfEarlierMonth(ExecutionRequest request) =>
        request.OccurredAt < request.RecordedAt && MonthOf(request.OccurredAt.Value) < MonthOf(request.RecordedAt);

    private static DateOnly MonthOf(RecordingOrder order) => MonthOf(order.Request.OccurredAt ?? order.Request.RecordedAt);

    private static DateOnly MonthOf(DateTimeOffset instant) => DaySpan.MonthOf(BusinessTime.DayOf(instant));

    /// <summary>In the test ledger a customer program of somebody else has no ladder position, and so is not found.</summary>
    private static List<FoundProgram> ReadPrograms(NpgsqlDataReader rows, BookReading reading)
    {
        var found = new List<FoundProgram>();
        while (rows.Read())
        {
            var terms = new CustomerProgramTerms(
                new(rows.GetInt64(2)), new(rows.GetInt64(3)), (PriceMode)rows.GetInt32(4), rows.IsDBNull(5) ? null : PricePerSecond.Of(rows.GetDecimal(5)),
                rows.GetBoolean(7));
            found.Add(new(new(rows.GetGuid(0)), new(rows.GetGuid(1)), terms, rows.IsDBNull(6), PositionIn(rows), rows.GetBoolean(9)));
            reading.HasWebhooks = rows.GetBoolean(10);
            (reading.Changes, reading.ChangeRows) = (rows.GetInt64(11), rows.GetInt32(12));
        }

        return found;
    }

    private static LadderPosition PositionIn(NpgsqlDataReader rows) => new(
        new(rows.GetInt64(8)), rows.GetInt64(13),
        rows.GetInt64(17) == 0 ? null : new(
            rows.GetGuid(1), rows.GetFieldValue<DateOnly>(14), rows.GetGuid(0), rows.GetInt32(15), rows.GetGuid(16),
            rows.GetInt64(17), rows.GetInt64(18), rows.GetInt64(19), rows.GetInt64(20), rows.GetInt64(21)));

    private static AccountsOfPrograms ReadAccounts(NpgsqlDataReader rows, BookReading reading)
    {
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

        return new(receivables, drawn.OrderBy(entry => entry.Place).ToLookup(entry => entry.Program, entry => entry.Account));
    }

    private static void ReadKnownReferences(NpgsqlDataReader rows, BookReading reading)
    {
        rows.NextResult();
        while (rows.Read())
        {
            reading.Known.Add(new(rows.GetGuid(0)));
        }
    }

    private static void ReadKeysOf(NpgsqlDataReader rows, BookReading reading)
    {
        rows.NextResult();
        while (rows.Read())
        {
            reading.Keys[new(rows.GetGuid(0))] = new(
                new(rows.GetGuid(1)), new(rows.GetGuid(2)), rows.GetFieldValue<int[]>(3).Contains((int)Ability.RunPrograms),
                [.. rows.GetFieldValue<Guid[]>(4).Select(CustomerProgramId.From)], At(rows, 5), At(rows, 6), rows.GetBoolean(7),
                rows.IsDBNull(8) ? null : rows.GetFieldValue<DateOnly>(8), rows.IsDBNull(9) ? null : rows.GetFieldValue<DateOnly>(9));
        }
    }

    private static void ReadRunning(NpgsqlDataReader rows, BookReading reading, DateOnly today)
    {
        rows.NextResult();
        while (rows.Read())
        {
            if (IsRunning(rows, 2, today))
            {
                reading.Running.Add((new(rows.GetGuid(0)), new(rows.GetGuid(1))));
            }
        }
    }

    private static bool IsRunning(NpgsqlDataReader rows, int column, DateOnly today) => EmployeeContract.StateOn(
        today, rows.GetFieldValue<DateOnly>(column), rows.IsDBNull(column + 1) ? null : rows.GetFieldValue<DateOnly>(column + 1), null) == ContractState.Running;

    private static void ReadClosedMonths(NpgsqlDataReader rows, BookReading reading)
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

    private static void ReadOpenOrders(NpgsqlDataReader rows, BookReading reading)
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

    /// <summary>A round trip of its own, which only installations with hard stops make.</summary>
    private static void ReadStops(NpgsqlConnection connection, Guid[] programs, DateOnly[] months, BookReading reading)
    {
        using var batch = new NpgsqlBatch(connection) { BatchCommands = { Command(LockStops, Ids(programs)), Command(ReadUsed, Ids(programs), Months(months)) } };
        batch.Prepare();
        using var rows = batch.ExecuteReader();
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

    /// <summary>A customer program with its locked ladder position, and whether anybody has a hard stop.</summary>
    private sealed record FoundProgram(CustomerProgramId Id, CustomerId Customer, CustomerProgramTerms Terms, bool IsActive, LadderPosition Position, bool HasStops);

    /// <summary>The receivable of each customer program, and the accounts that each draws from, in their order.</summary>
    private sealed record AccountsOfPrograms(Dictionary<CustomerProgramId, LedgerAccount> Receivables, ILookup<CustomerProgramId, LedgerAccount> Drawn);
}
