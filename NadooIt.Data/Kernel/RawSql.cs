#pragma warning disable RS0030, EF1002 // This file is named as one of the few that speak SQL: row locks and unfenced look-ups.
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Audit;
using NadooIt.Data.Executions;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using Npgsql;

namespace NadooIt.Data.Kernel;

internal sealed partial class NadooItDb
{
    private const long OneAtATime = 0x4E41_444F_4F01;

    /// <summary>
    /// Migrates, and then repeats in the database what the model promises. Its text is remembered as a comment, so that
    /// a node that starts beside others changes nothing that is as it should be.
    /// </summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var isBehind = (await Database.GetPendingMigrationsAsync(cancellationToken)).Any();
        if (isBehind)
        {
            await Database.ExecuteSqlRawAsync(DatabaseFence.DropViews, cancellationToken);
            await Database.MigrateAsync(cancellationToken);
        }

        var script = AuditSchema.Script + BookRows.Script + BookSchema.Script + FiguresSchema.Script + DatabaseFence.Script(Model);
        var mark = "NADOO-IT " + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
        await using var transaction = await Database.BeginTransactionAsync(cancellationToken);
        await AdvisoryLockAsync(OneAtATime, cancellationToken);
        // Without the views, which go before a migration, a start was killed before it came here.
        var present = await Database.SqlQuery<string?>(
            $"SELECT CASE WHEN to_regclass('operator_customer') IS NOT NULL THEN obj_description('audit_entry'::regclass, 'pg_class') END AS \"Value\"").SingleAsync(cancellationToken);
        if (isBehind || present != mark)
        {
            await Database.ExecuteSqlRawAsync($"{script}COMMENT ON TABLE audit_entry IS '{mark}';", cancellationToken);
        }

        await Database.ExecuteSqlRawAsync(TestSchema.Script, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Gives the test ledger the ladder positions of a customer that it does not have yet.</summary>
    public Task CopyProgressToTestAsync(CustomerId customer, CancellationToken cancellationToken) => Database.ExecuteSqlAsync(
        $"""
        INSERT INTO test_ledger.customer_program_progress (customer_program_id, customer_id, saved)
        SELECT customer_program_id, customer_id, saved FROM public.customer_program_progress WHERE customer_id = {customer.Value} ON CONFLICT DO NOTHING
        """,
        cancellationToken);

    /// <summary>Throws away everything that the test ledger holds of a customer.</summary>
    public async Task EmptyTestLedgerAsync(CustomerId customer, CancellationToken cancellationToken)
    {
        foreach (var table in TestSchema.Tables)
        {
            await Database.ExecuteSqlRawAsync($"DELETE FROM {TestSchema.Name}.{table} WHERE customer_id = {{0}}", [customer.Value], cancellationToken);
        }
    }

    /// <summary>
    /// The connection behind this context, for the files that speak SQL. One of people is not handed out before it was told what is
    /// inside, since until then it may show what was inside for the one before.
    /// </summary>
    public NpgsqlConnection RawConnection => IsOfPeople && !IsFenceTold
        ? throw new InvalidOperationException("The connection was not told yet what is inside.")
        : Connection;

    private NpgsqlConnection Connection => (NpgsqlConnection)Database.GetDbConnection();

    /// <summary>Tells the open connection what is inside the fence, unless it was told.</summary>
    public async Task TellFenceAsync(CancellationToken cancellationToken)
    {
        if (!IsFenceTold)
        {
            await using var batch = new NpgsqlBatch(Connection) { BatchCommands = { DatabaseFence.Tell(Fence) } };
            await batch.ExecuteNonQueryAsync(cancellationToken);
            IsFenceTold = true;
        }
    }

    /// <summary>As <see cref="TellFenceAsync"/>, for what opens a connection without waiting asynchronously.</summary>
    public void TellFence()
    {
        if (!IsFenceTold)
        {
            using var batch = new NpgsqlBatch(Connection) { BatchCommands = { DatabaseFence.Tell(Fence) } };
            batch.ExecuteNonQuery();
            IsFenceTold = true;
        }
    }

    /// <summary>NADOO itself; exists from set-up on.</summary>
    public async Task<CustomerId> OperatorIdAsync(CancellationToken cancellationToken) => new(
        await Database.SqlQuery<Guid>($"SELECT id AS \"Value\" FROM operator_customer").SingleAsync(cancellationToken));

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
        INSERT INTO ledger_account (id, customer_id, unit, kind, balance, pending, minimum, is_closed, chain_length, chain_hash)
        VALUES ({customer.Value}, {customer.Value}, {(int)LedgerUnit.EuroMillionth}, {(int)LedgerAccountKind.Owed}, 0, 0, NULL, false, 0, {new byte[TransferHash.Size]})
        ON CONFLICT (id) DO NOTHING
        """,
        cancellationToken);

    /// <summary>
    /// Moves executions from one row of their day and month to another, relatively, in the one order of all writers. Call it
    /// under the lock of their customer programs.
    /// </summary>
    public async Task MoveFiguresAsync(IReadOnlyList<(Execution Execution, ExecutionStatus Before)> changed, CancellationToken cancellationToken)
    {
        var programs = changed.Select(change => change.Execution.CustomerProgramId.Value).Distinct().ToArray();
        await Database.ExecuteSqlRawAsync(FiguresSchema.PutDown, [programs], cancellationToken);
        var days = new MovedFigures(changed, day => day);
        await Database.ExecuteSqlAsync(
            $"""
            INSERT INTO execution_day AS d (customer_id, day, customer_program_id, status, person_id, count, saved, prepaid, billed, price_millionths)
            SELECT * FROM unnest({days.Customers}, {days.Dates}, {days.Programs}, {days.Statuses}, {days.People}, {days.Counts}, {days.Saved}, {days.Prepaid}, {days.Billed}, {days.Prices})
            ON CONFLICT (customer_id, day, customer_program_id, status, person_id) DO UPDATE SET
                count = d.count + excluded.count, saved = d.saved + excluded.saved, prepaid = d.prepaid + excluded.prepaid,
                billed = d.billed + excluded.billed, price_millionths = d.price_millionths + excluded.price_millionths
            """,
            cancellationToken);
        var months = new MovedFigures(changed, DaySpan.MonthOf);
        await Database.ExecuteSqlAsync(
            $"""
            INSERT INTO execution_month AS m (customer_id, month, customer_program_id, status, person_id, count, saved, prepaid, billed, price_millionths)
            SELECT * FROM unnest({months.Customers}, {months.Dates}, {months.Programs}, {months.Statuses}, {months.People}, {months.Counts}, {months.Saved}, {months.Prepaid}, {months.Billed}, {months.Prices})
            ON CONFLICT (customer_id, month, customer_program_id, status, person_id) DO UPDATE SET
                count = m.count + excluded.count, saved = m.saved + excluded.saved, prepaid = m.prepaid + excluded.prepaid,
                billed = m.billed + excluded.billed, price_millionths = m.price_millionths + excluded.price_millionths
            """,
            cancellationToken);
    }

    /// <summary>
    /// What some customer programs ran on some days, each found by the index of its program. Nothing else is asked inside, so that no
    /// other index is thought better: the planner takes customer and program for independent where a join asks for both.
    /// </summary>
    public IQueryable<Execution> ExecutionsOf(IReadOnlyList<ProgramDay> days)
    {
        var programs = days.Select(day => day.Program.Value).ToArray();
        var from = days.Select(day => BusinessTime.StartOf(day.Day)).ToArray();
        var to = days.Select(day => BusinessTime.StartOf(day.Day.AddDays(1))).ToArray();
        return Executions.FromSql(
            $"""
            SELECT found.* FROM unnest({programs}, {from}, {to}) AS ran (program, since, until)
            CROSS JOIN LATERAL (
                SELECT * FROM execution WHERE customer_program_id = ran.program AND occurred_at >= ran.since AND occurred_at < ran.until OFFSET 0) AS found
            """);
    }

    /// <summary>Executions whose reference or order reference begins with a text, up to a number, found by the indexes of both, which compare by bytes.</summary>
    public IQueryable<Execution> ExecutionsBeginning(string text, int most)
    {
        var end = text + "\U0010FFFF";
        return Executions.FromSql(
            $"SELECT * FROM execution WHERE (reference >= {text} AND reference < {end}) OR (order_reference >= {text} AND order_reference < {end}) LIMIT {most}");
    }

    /// <summary>How many executions begin like a text, up to a number; some are counted twice. For the system the indexes alone tell it.</summary>
    public Task<int> CountBeginningAsync(string text, int most, CancellationToken cancellationToken)
    {
        var end = text + "\U0010FFFF";
        return Database.SqlQuery<int>(
            $"""
            SELECT count(*)::int AS "Value" FROM (
                (SELECT 1 FROM execution WHERE reference >= {text} AND reference < {end} LIMIT {most})
                UNION ALL (SELECT 1 FROM execution WHERE order_reference >= {text} AND order_reference < {end} LIMIT {most})) AS found
            """).SingleAsync(cancellationToken);
    }

    /// <summary>Tells the open pages of all nodes, once this transaction is committed, that a customer's executions have changed.</summary>
    public Task NotifyExecutionsAsync(CustomerId customer, CancellationToken cancellationToken)
    {
        var change = $"{LiveUpdates.Executions} {customer}";
        return Database.ExecuteSqlAsync($"SELECT pg_notify('nadooit_changes', {change})", cancellationToken);
    }

    /// <summary>
    /// Claims messages that are due, past those that another node is claiming at this moment; a few of each endpoint, so that
    /// none of them is served alone. What is claimed is not due again before the claim ends.
    /// </summary>
    /// <param name="busy">Endpoints that are being sent to.</param>
    /// <param name="endpoints">Most endpoints, roughly.</param>
    /// <param name="ofEach">Most messages of one endpoint.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="until">When the claim ends.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task<IReadOnlyList<ClaimedWebhook>> ClaimWebhooksAsync(
        Guid[] busy, int endpoints, int ofEach, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var claimed = await Database.SqlQuery<ClaimedWebhook>(
            $"""
            UPDATE webhook_delivery SET next_at = {until} WHERE id IN (
                SELECT due.id FROM (
                    SELECT id FROM webhook_endpoint
                    WHERE disabled_at IS NULL AND ended_at IS NULL AND NOT id = ANY({busy})
                        AND EXISTS (SELECT 1 FROM webhook_delivery WHERE endpoint_id = webhook_endpoint.id AND state = 1 AND next_at <= {now})
                    LIMIT {endpoints}) AS endpoint
                CROSS JOIN LATERAL (
                    SELECT id FROM webhook_delivery WHERE endpoint_id = endpoint.id AND state = 1 AND next_at <= {now}
                    ORDER BY next_at, id LIMIT {ofEach} FOR UPDATE SKIP LOCKED) AS due)
            RETURNING id AS "Id", endpoint_id AS "EndpointId", occurred_at AS "OccurredAt"
            """).ToListAsync(cancellationToken);
        return [.. claimed.OrderBy(row => row.OccurredAt)];
    }

    /// <summary>Makes everybody else who asks for the same lock wait until this transaction ends.</summary>
    public Task AdvisoryLockAsync(long key, CancellationToken cancellationToken) =>
        Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({key})", cancellationToken);

    /// <summary>Takes the lock until this transaction ends, if nobody else holds it.</summary>
    public Task<bool> TryAdvisoryLockAsync(long key, CancellationToken cancellationToken) =>
        Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock({key}) AS \"Value\"").SingleAsync(cancellationToken);

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

/// <summary>What leaves the rows of one status and comes to those of another, as one array for each column.</summary>
internal sealed class MovedFigures
{
    private readonly List<IGrouping<(Guid Program, DateOnly From, ExecutionStatus Status, Guid Person, Guid Customer), (Execution Execution, int Sign)>> rows;

    /// <param name="changed">Executions with their status before; they carry the new one.</param>
    /// <param name="startOf">The first day of the span that a day belongs to.</param>
    public MovedFigures(IEnumerable<(Execution Execution, ExecutionStatus Before)> changed, Func<DateOnly, DateOnly> startOf) => rows =
    [
        .. changed
            .SelectMany(change => new[] { (change.Execution, Status: change.Before, Sign: -1), (change.Execution, change.Execution.Status, Sign: 1) })
            .GroupBy(
                part => (Program: part.Execution.CustomerProgramId.Value, From: startOf(BusinessTime.DayOf(part.Execution.OccurredAt)), part.Status, Person: part.Execution.PersonId.Value, Customer: part.Execution.CustomerId.Value),
                part => (part.Execution, part.Sign))
            .OrderBy(row => row.Key.Program).ThenBy(row => row.Key.From).ThenBy(row => row.Key.Status).ThenBy(row => row.Key.Person),
    ];

    public Guid[] Customers => [.. rows.Select(row => row.Key.Customer)];

    public DateOnly[] Dates => [.. rows.Select(row => row.Key.From)];

    public Guid[] Programs => [.. rows.Select(row => row.Key.Program)];

    public int[] Statuses => [.. rows.Select(row => (int)row.Key.Status)];

    public Guid[] People => [.. rows.Select(row => row.Key.Person)];

    public long[] Counts => Sums(_ => 1);

    public long[] Saved => Sums(execution => execution.Saved.Value);

    public long[] Prepaid => Sums(execution => execution.Prepaid.Value);

    public long[] Billed => Sums(execution => execution.Billed.Value);

    public long[] Prices => Sums(execution => execution.Price.Millionths);

    private long[] Sums(Func<Execution, long> value) => [.. rows.Select(row => row.Sum(part => part.Sign * value(part.Execution)))];
}

/// <summary>A message that is claimed to be sent.</summary>
internal sealed record ClaimedWebhook(Guid Id, Guid EndpointId, DateTimeOffset OccurredAt);
