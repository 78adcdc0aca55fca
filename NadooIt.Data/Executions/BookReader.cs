using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Ownership;
using NadooIt.Domain.Statements;
using Npgsql;
using NpgsqlTypes;

namespace NadooIt.Data.Executions;

/// <summary>What a page of the book was told by the database, with the rows locked that it will change.</summary>
internal sealed class BookReading
{
    private readonly Dictionary<CustomerId, HashSet<DateOnly>> closedMonths = [];

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
        SELECT used.program, used.place, a.id, a.customer_id, a.kind, a.balance, a.minimum, a.is_closed, a.chain_length, a.chain_hash
        FROM (SELECT id AS program, id AS account, -1 AS place FROM unnest($1) AS id
            UNION ALL SELECT customer_program_id, time_account_id, position FROM drawn_time_account WHERE customer_program_id = ANY($1)) AS used
        JOIN ledger_account AS a ON a.id = used.account
        ORDER BY a.id FOR UPDATE OF a
        """;

    /// <summary>Asked only for months before the present one, since no other can be closed.</summary>
    private const string ReadClosings =
        """
        SELECT DISTINCT ON (r.customer_id, r.month) r.customer_id, r.month, r.kind FROM customer_program AS p
        JOIN closing_record AS r ON r.customer_id = p.customer_id AND r.month = ANY($2)
        WHERE p.id = ANY($1) ORDER BY r.customer_id, r.month, r.number DESC
        """;

    private const string ReadPrograms =
        "SELECT id, customer_id, saved_per_execution, largest_saved, price_mode, fixed_price, deactivated_at FROM customer_program WHERE id = ANY($1)";

    private const string ReadKnown =
        "SELECT e.id FROM unnest($1, $2) AS asked (program, reference) JOIN execution AS e ON e.reference = asked.reference AND e.customer_program_id = asked.program";

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
                Command(ReadPrograms, Ids(programs)),
                Command(
                    ReadKnown,
                    Ids([.. orders.Select(order => order.Request.CustomerProgram.Value)]),
                    new NpgsqlParameter<string[]> { TypedValue = [.. orders.Select(order => order.Request.Reference)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text }),
                Command(ReadContracts, Ids([.. orders.Select(order => order.Request.Person.Value).Distinct()])),
                Command(ReadKeys, Ids([.. orders.Select(order => order.Request.ApiKey).OfType<ApiKeyId>().Select(key => key.Value).Distinct()])),
            },
        };
        var earlier = EarlierMonths(orders);
        if (earlier.Length > 0)
        {
            batch.BatchCommands.Add(Command(
                ReadClosings, Ids(programs), new NpgsqlParameter<DateOnly[]> { TypedValue = earlier, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Date }));
        }

        batch.Prepare();
        using var rows = batch.ExecuteReader();
        return Read(rows, orders[0].Request.RecordedAt);
    }

    /// <summary>The months before the one of recording in which something is said to have occurred; nearly always none.</summary>
    private static DateOnly[] EarlierMonths(IReadOnlyList<RecordingOrder> orders) =>
    [
        .. orders.Where(order => order.Request.OccurredAt < order.Request.RecordedAt)
            .Select(order => (Occurred: MonthOf(order.Request.OccurredAt ?? order.Request.RecordedAt), Recorded: MonthOf(order.Request.RecordedAt)))
            .Where(months => months.Occurred < months.Recorded).Select(months => months.Occurred).Distinct(),
    ];

    private static DateOnly MonthOf(DateTimeOffset instant) => DaySpan.MonthOf(BusinessTime.DayOf(instant));

    private static BookReading Read(NpgsqlDataReader rows, DateTimeOffset now)
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
                new(rows.GetInt64(2)), new(rows.GetInt64(3)), (PriceMode)rows.GetInt32(4), rows.IsDBNull(5) ? null : PricePerSecond.Of(rows.GetDecimal(5)));
            reading.Programs[id] = new RunningProgram(
                new(rows.GetGuid(1)), terms, rows.IsDBNull(6), saved, receivable,
                [.. accountsOf[id].OrderBy(entry => entry.Place).Select(entry => entry.Account)], reading.ClosedMonthsOf(new(rows.GetGuid(1))));
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

        if (rows.NextResult())
        {
            while (rows.Read())
            {
                if ((ClosingRecordKind)rows.GetInt32(2) == ClosingRecordKind.Closed)
                {
                    reading.ClosedMonthsOf(new(rows.GetGuid(0))).Add(rows.GetFieldValue<DateOnly>(1));
                }
            }
        }

        return reading;
    }

    private static LedgerAccount AccountOf(NpgsqlDataReader rows, LedgerAccountId id) => LedgerAccount.Kept(
        id, new(rows.GetGuid(3)), (LedgerAccountKind)rows.GetInt32(4), rows.GetInt64(5), rows.IsDBNull(6) ? null : rows.GetInt64(6), rows.GetBoolean(7),
        rows.GetInt64(8), rows.GetFieldValue<byte[]>(9));

    private static DateTimeOffset? At(NpgsqlDataReader rows, int column) =>
        rows.IsDBNull(column) ? null : new DateTimeOffset(rows.GetDateTime(column));

    private static NpgsqlBatchCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
    }

    private static NpgsqlParameter<Guid[]> Ids(Guid[] ids) => new() { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };
}
