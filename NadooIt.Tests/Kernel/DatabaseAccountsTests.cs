using Microsoft.Extensions.Logging;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;
using Npgsql;

namespace NadooIt.Tests.Kernel;

/// <summary>What the account may not do under which the application works, whoever finds a way to run SQL; and where there is none.</summary>
public sealed class DatabaseAccountsTests(FencedDatabase database) : IClassFixture<FencedDatabase>
{
    [Theory]
    [InlineData("CREATE TABLE public.mine (id int)")]
    [InlineData("CREATE TABLE test_ledger.mine (id int)")]
    [InlineData("CREATE SCHEMA mine")]
    [InlineData("ALTER TABLE customer ADD COLUMN mine int")]
    [InlineData("ALTER TABLE test_ledger.execution ADD COLUMN mine int")]
    [InlineData("DROP TABLE api_request")]
    [InlineData("DROP TABLE test_ledger.webhook_delivery")]
    [InlineData("TRUNCATE execution CASCADE")]
    [InlineData("TRUNCATE test_ledger.execution")]
    [InlineData("ALTER TABLE customer DISABLE ROW LEVEL SECURITY")]
    [InlineData("ALTER TABLE test_ledger.execution DISABLE ROW LEVEL SECURITY")]
    [InlineData("DROP POLICY fence ON customer")]
    [InlineData("CREATE POLICY mine ON customer USING (true)")]
    [InlineData("CREATE OR REPLACE VIEW name_of_person AS SELECT id, display_name FROM person")]
    [InlineData("CREATE OR REPLACE FUNCTION nadooit_is_system() RETURNS boolean LANGUAGE sql AS 'SELECT true'")]
    [InlineData("ALTER FUNCTION nadooit_standing(uuid, uuid, uuid, timestamptz, text, text) RESET search_path")]
    [InlineData("CREATE FUNCTION public.lower(uuid) RETURNS uuid LANGUAGE sql AS 'SELECT $1'")]
    [InlineData("UPDATE audit_entry SET action = 'read'")]
    [InlineData("DELETE FROM audit_entry")]
    [InlineData("TRUNCATE audit_entry CASCADE")]
    [InlineData("UPDATE audit_link SET position = 1")]
    [InlineData("DELETE FROM audit_head")]
    [InlineData("INSERT INTO audit_link SELECT * FROM audit_link")]
    [InlineData("INSERT INTO audit_head SELECT * FROM audit_head")]
    [InlineData("SELECT nadooit_chain(entry) FROM audit_entry entry")]
    [InlineData("CREATE TEMP TABLE bait (LIKE audit_entry); CREATE TRIGGER chained AFTER INSERT ON bait FOR EACH ROW EXECUTE FUNCTION nadooit_chain_new()")]
    [InlineData("ALTER TABLE audit_entry DISABLE TRIGGER only_grows")]
    [InlineData("ALTER TABLE audit_entry DISABLE TRIGGER chained")]
    [InlineData("DROP TRIGGER chained ON audit_entry")]
    [InlineData("CREATE OR REPLACE FUNCTION nadooit_only_grows() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")]
    [InlineData("SET session_replication_role = replica")]
    [InlineData("SET ROLE nadooit")]
    [InlineData("CREATE ROLE mine")]
    [InlineData("DELETE FROM \"__EFMigrationsHistory\"")]
    public async Task The_account_of_the_application_may_not(string sql)
    {
        (await Should.ThrowAsync<PostgresException>(() => RunAsync(sql))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task It_may_do_its_work_and_what_it_does_is_chained()
    {
        var before = await database.AskAsync<long>("SELECT count(*) FROM audit_link");
        await RunAsync("SET nadooit.customers = '*'; SET nadooit.person = '*'; UPDATE ledger_account SET minimum = minimum; DELETE FROM test_ledger.audit_entry");
        await using (var db = database.Open())
        {
            db.Add(Domain.Crm.Customer.Create("One more", database.Clock.GetUtcNow()));
            await db.SaveChangesAsync();
        }

        (await database.AskAsync<long>("SELECT count(*) FROM audit_link")).ShouldBe(before + 1);
        (await database.AskAsync<long>("SELECT count(*) FROM audit_entry")).ShouldBe(before + 1);
        (await database.AskAsync<long>("SELECT count(*) FROM test_ledger.audit_entry")).ShouldBe(0);
    }

    [Fact]
    public async Task An_owner_that_may_make_no_account_works_with_a_warning()
    {
        // The limited account plays the owner of another database: it may make tables there, but no accounts.
        var name = $"plain_{Environment.ProcessId}";
        await database.AskAsync<object?>($"CREATE DATABASE {name}");
        var there = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = name }.ConnectionString;
        try
        {
            await RunAsync($"GRANT CREATE ON DATABASE {name} TO nadooit_app; GRANT CREATE ON SCHEMA public TO nadooit_app", there);
            var owner = new NpgsqlConnectionStringBuilder(database.LimitedConnectionString) { Database = name }.ConnectionString;
            var warnings = new Warnings();

            (await DatabaseAccounts.PrepareAsync(owner, null, warnings, CancellationToken.None)).ShouldBe(owner);

            warnings.ShouldHaveSingleItem().ShouldContain("nadooit_app owns the schema");
            await using var node = new NadooItDatabase(owner, database.Clock);
            (await node.IsReadyAsync(CancellationToken.None)).ShouldBeTrue();
        }
        finally
        {
            await database.AskAsync<object?>($"DROP DATABASE {name} WITH (FORCE)");
        }
    }

    [Fact]
    public async Task An_owner_named_twice_is_warned_of_and_loses_nothing()
    {
        var warnings = new Warnings();

        (await DatabaseAccounts.PrepareAsync(database.ConnectionString, database.ConnectionString, warnings, CancellationToken.None)).ShouldBe(database.ConnectionString);

        warnings.ShouldHaveSingleItem();
        (await database.AskAsync<bool>("SELECT has_table_privilege('audit_link', 'INSERT')")).ShouldBeTrue();
    }

    [Fact]
    public async Task Each_start_gives_the_account_what_it_needs_and_no_more()
    {
        await RunAsync("REVOKE ALL ON customer FROM nadooit_app; GRANT DELETE ON audit_entry TO nadooit_app; GRANT EXECUTE ON FUNCTION nadooit_chain(audit_entry) TO PUBLIC", database.ConnectionString);
        var warnings = new Warnings();

        var connection = await DatabaseAccounts.PrepareAsync(database.ConnectionString, null, warnings, CancellationToken.None);

        new NpgsqlConnectionStringBuilder(connection).Username.ShouldBe("nadooit_app");
        warnings.ShouldBeEmpty();
        (await database.AskAsync<bool>("SELECT has_table_privilege('nadooit_app', 'customer', 'UPDATE')")).ShouldBeTrue();
        (await database.AskAsync<bool>("SELECT has_table_privilege('nadooit_app', 'audit_entry', 'DELETE') OR has_function_privilege('nadooit_app', 'nadooit_chain(audit_entry)', 'EXECUTE')")).ShouldBeFalse();
    }

    private Task RunAsync(string sql) => RunAsync(sql, database.LimitedConnectionString);

    private static async Task RunAsync(string sql, string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Warnings : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Add(formatter(state, exception));
            }
        }
    }
}
