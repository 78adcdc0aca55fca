#pragma warning disable RS0030, EF1002 // Statements past the filters are what this is about, and only ids of the test are put into them.
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;
using Npgsql;

namespace NadooIt.Tests.Kernel;

/// <summary>Statements that forget the fence: what the database shows of its own accord.</summary>
public sealed class DatabaseFenceTests(FencedDatabase database) : IClassFixture<FencedDatabase>, IAsyncDisposable
{
    private const string Tables =
        "SELECT string_agg(format('%I.%I', relnamespace::regnamespace, relname), ' ') FROM pg_class WHERE relkind = 'r' AND relnamespace IN ('public'::regnamespace, 'test_ledger'::regnamespace)";

    /// <summary>Views of rows of customers, which read with the rights of whoever asks.</summary>
    private static readonly string[] Views =
        [.. from schema in new[] { "public", TestSchema.Name } from view in new[] { FiguresSchema.Days, FiguresSchema.Months } select $"{schema}.{view}"];

    private readonly NadooItDatabase node = new(database.LimitedConnectionString, database.Clock);

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Fact]
    public async Task Sql_without_a_filter_shows_only_what_is_inside()
    {
        var tables = await OwnedAsync("customer_id");
        var filled = 0;
        foreach (var table in tables.Concat(Views))
        {
            var (inside, all) = (await database.AskAsync<int>(Count(table, $"WHERE customer_id = '{database.Here}'")), await database.AskAsync<int>(Count(table)));
            filled += inside > 0 && all > inside ? 1 : 0;
            (await CountAsync(database.Of(database.Here), table)).ShouldBe(inside, table);
            (await CountAsync(database.Of(database.Here), table, $"WHERE customer_id <> '{database.Here}'")).ShouldBe(0, table);
            (await CountAsync(Fence.System("test"), table)).ShouldBe(all, table);
            (await CountAsync(Fence.Closed, table)).ShouldBe(0, table);
        }

        tables.Count(table => table.StartsWith("test_ledger.", StringComparison.Ordinal)).ShouldBe(TestSchema.Tables.Count);
        filled.ShouldBeGreaterThan(20, "tables with rows of both: a fence that hides everything would pass");
    }

    [Fact]
    public async Task Of_peoples_own_things_it_shows_ones_own()
    {
        (await OwnedAsync("person_id")).ShouldContain("public.notice");
        (await CountAsync(database.Of(database.Here), "notice", $"WHERE person_id = '{database.Person}'")).ShouldBe(1);
        (await CountAsync(database.Of(database.Here), "notice")).ShouldBe(1);
        (await CountAsync(database.Of(database.Here) with { AllPeople = true }, "notice")).ShouldBe(2);
        (await CountAsync(Fence.Closed, "notice")).ShouldBe(0);
    }

    [Fact]
    public async Task Of_customers_and_people_it_shows_those_who_belong_to_it()
    {
        var (here, elsewhere) = (database.Of(database.Here), database.Of(database.Elsewhere));
        (await CountAsync(here, "customer")).ShouldBe(1);
        (await CountAsync(here, "customer", $"WHERE id = '{database.Here}'")).ShouldBe(1);
        (await CountAsync(here, "person", $"WHERE id = '{database.Person}'")).ShouldBe(1);
        (await CountAsync(elsewhere, "person", $"WHERE id = '{database.Person}'")).ShouldBe(0);
        (await CountAsync(Fence.Closed, "person")).ShouldBe(0);
    }

    [Fact]
    public async Task Names_may_be_read_from_outside_once_anybody_has_opened()
    {
        await using var db = node.Create(database.Of(database.Here));
        (await db.PersonNames.CountAsync(person => person.Id == database.Stranger)).ShouldBe(1);
        (await db.OperatorIdAsync(CancellationToken.None)).Value.ShouldBe(await database.AskAsync<Guid>("SELECT id FROM customer WHERE is_operator"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_written_outside(bool isTest)
    {
        await using var db = isTest ? node.CreateForTest(database.Of(database.Here)) : node.Create(database.Of(database.Here));
        await using var transaction = await db.Database.BeginTransactionAsync();
        (await db.Database.ExecuteSqlRawAsync($"UPDATE ledger_account SET minimum = -1 WHERE customer_id = '{database.Elsewhere}'")).ShouldBe(0);
        (await db.Database.ExecuteSqlRawAsync($"DELETE FROM status_record WHERE customer_id = '{database.Elsewhere}'")).ShouldBe(0);
        (await db.Database.ExecuteSqlRawAsync($"UPDATE ledger_account SET minimum = -1 WHERE customer_id = '{database.Here}'")).ShouldBeGreaterThan(0);
        (await Should.ThrowAsync<PostgresException>(() => db.Database.ExecuteSqlRawAsync($"UPDATE ledger_account SET customer_id = '{database.Elsewhere}' WHERE customer_id = '{database.Here}'")))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    /// <summary>Whatever a context does first, what follows shows what is inside and nothing else.</summary>
    [Theory]
    [InlineData("a query", false)]
    [InlineData("a query that finds nothing", false)]
    [InlineData("a query that fails", false)]
    [InlineData("SQL", false)]
    [InlineData("a change", false)]
    [InlineData("a transaction", false)]
    [InlineData("a query without waiting", false)]
    [InlineData("a change without waiting", false)]
    [InlineData("a query", true)]
    [InlineData("SQL", true)]
    [InlineData("a transaction", true)]
    public async Task Whatever_comes_first_shows_what_is_inside(string first, bool isTest)
    {
        var here = await database.AskAsync<int>(Count(isTest ? "test_ledger.ledger_account" : "ledger_account", $"WHERE customer_id = '{database.Here}'"));
        var everything = database.Of(database.Elsewhere) with { Reach = new Reach(true, []), AllPeople = true };
        await using (var before = isTest ? node.CreateForTest(everything) : node.Create(everything))
        {
            // The connection comes from somebody to whom it showed everything.
            (await before.LedgerAccounts.CountAsync()).ShouldBeGreaterThan(here);
        }

        await using var db = isTest ? node.CreateForTest(database.Of(database.Here)) : node.Create(database.Of(database.Here));
        switch (first)
        {
            case "a query":
                (await db.LedgerAccounts.CountAsync()).ShouldBe(here);
                break;
            case "a query that finds nothing":
                (await db.LedgerAccounts.Where(account => account.ChainLength < 0).ToListAsync()).ShouldBeEmpty();
                break;
            case "a query that fails":
                await Should.ThrowAsync<PostgresException>(() => db.LedgerAccounts.Select(account => 1 / (account.ChainLength - account.ChainLength)).ToListAsync());
                break;
            case "SQL":
                (await db.Database.SqlQueryRaw<int>(Count("ledger_account")).SingleAsync()).ShouldBe(here);
                break;
            case "a change":
                (await db.Database.ExecuteSqlRawAsync("UPDATE ledger_account SET minimum = minimum")).ShouldBe(here);
                break;
            case "a transaction":
                await using (var transaction = await db.Database.BeginTransactionAsync())
                {
                    (await db.LedgerAccounts.CountAsync()).ShouldBe(here);
                    await transaction.RollbackAsync();
                }

                break;
            case "a query without waiting":
                db.LedgerAccounts.Count().ShouldBe(here);
                break;
            case "a change without waiting":
                db.Database.ExecuteSqlRaw("UPDATE ledger_account SET minimum = minimum").ShouldBe(here);
                break;
        }

        here.ShouldBeGreaterThan(0);
        (await db.LedgerAccounts.CountAsync()).ShouldBe(here);
        (await db.Database.SqlQueryRaw<int>(Count("ledger_account")).SingleAsync()).ShouldBe(here);
    }

    [Fact]
    public async Task Who_connects_past_the_application_is_shown_nothing()
    {
        await using var connection = new NpgsqlConnection(database.LimitedConnectionString);
        await connection.OpenAsync();
        await using var ask = new NpgsqlCommand("SELECT count(*) FROM customer", connection);
        (await Should.ThrowAsync<PostgresException>(() => ask.ExecuteScalarAsync())).SqlState.ShouldBe(PostgresErrorCodes.UndefinedObject);
    }

    /// <summary>A connection that goes from hand to hand forgets whose it was.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_pool_hands_on_no_fence(bool isTest)
    {
        await using var one = new NadooItDatabase(database.LimitedConnectionString, database.Clock);
        var connections = new HashSet<int>();
        foreach (var customer in new[] { database.Here, database.Elsewhere, database.Here })
        {
            await using var db = Create(database.Of(customer));
            connections.Add(await db.Database.SqlQueryRaw<int>("SELECT pg_backend_pid() AS \"Value\"").SingleAsync());
            (await db.Database.SqlQueryRaw<Guid>("SELECT DISTINCT customer_id AS \"Value\" FROM ledger_account").ToListAsync()).ShouldBe([customer.Value]);
        }

        await using var closed = Create(Fence.Closed);
        connections.Add(await closed.Database.SqlQueryRaw<int>("SELECT pg_backend_pid() AS \"Value\"").SingleAsync());
        (await closed.Database.SqlQueryRaw<int>(Count("ledger_account")).SingleAsync()).ShouldBe(0);
        connections.Count.ShouldBe(1, "otherwise nothing was handed on");

        NadooItDb Create(Fence fence) => isTest ? one.CreateForTest(fence) : one.Create(fence);
    }

    [Fact]
    public async Task Every_table_of_both_schemas_has_it()
    {
        (await database.AskAsync<string>(Tables)).Split(' ').Length.ShouldBeGreaterThan(50);
        (await database.AskAsync<object>($"{Tables} AND relname <> '__EFMigrationsHistory' AND NOT (relrowsecurity AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid))"))
            .ShouldBe(DBNull.Value);
    }

    /// <summary>A row of nobody would be shown to everybody.</summary>
    [Fact]
    public async Task Every_row_of_a_customer_names_him() =>
        (await database.AskAsync<object>($"{Tables} AND EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'customer_id' AND NOT attnotnull)")).ShouldBe(DBNull.Value);

    private static string Count(string table, string where = "") => $"SELECT count(*)::int AS \"Value\" FROM {table} {where}";

    private async Task<string[]> OwnedAsync(string column) =>
        (await database.AskAsync<string>($"{Tables} AND EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = '{column}' AND NOT attisdropped)")).Split(' ');

    private async Task<int> CountAsync(Fence fence, string table, string where = "")
    {
        await using var db = node.Create(fence);
        return await db.Database.SqlQueryRaw<int>(Count(table, where)).SingleAsync();
    }
}
