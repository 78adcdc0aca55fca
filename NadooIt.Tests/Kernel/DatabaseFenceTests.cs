#pragma warning disable RS0030, EF1002 // Statements past the filters are what this is about, and only ids of the test are put into them.
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;
using Npgsql;

namespace NadooIt.Tests.Kernel;

/// <summary>Statements that forget the fence: what the database shows of its own accord.</summary>
public sealed class DatabaseFenceTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private NadooItDatabase node = null!;
    private CustomerId here;
    private CustomerId elsewhere;
    private PersonId person;

    public async ValueTask InitializeAsync()
    {
        node = new NadooItDatabase(database.LimitedConnectionString, database.Clock);
        (here, elsewhere) = ((await database.Landscape.CustomerAsync()).Id, (await database.Landscape.CustomerAsync()).Id);
        foreach (var customer in new[] { here, elsewhere })
        {
            await database.Landscape.CustomerProgramAsync(customer, 0.01m, 60, (await database.Landscape.TimeAccountAsync(customer, 3_600)).Id);
        }

        person = (await database.Landscape.EmployeeAsync(here)).Id;
        await database.Landscape.EmployeeAsync(elsewhere);
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();

    [Theory]
    [InlineData("time_account")]
    [InlineData("customer_program")]
    [InlineData("employee_contract")]
    [InlineData("ledger_account")]
    [InlineData("transfer")]
    [InlineData("audit_entry")]
    public async Task Sql_without_a_filter_shows_only_what_is_inside(string table)
    {
        (await CountAsync(Of(here), $"SELECT count(*)::int AS \"Value\" FROM {table}")).ShouldBeGreaterThan(0, "a fence that hides everything would pass");
        (await CountAsync(Of(here), $"SELECT count(*)::int AS \"Value\" FROM {table} WHERE customer_id <> '{here}'")).ShouldBe(0);
        (await CountAsync(Fence.System("test"), $"SELECT count(*)::int AS \"Value\" FROM {table} WHERE customer_id = '{elsewhere}'")).ShouldBeGreaterThan(0);
        (await CountAsync(Fence.Closed, $"SELECT count(*)::int AS \"Value\" FROM {table}")).ShouldBe(0);
    }

    [Fact]
    public async Task Of_customers_and_people_it_shows_those_who_belong_to_it()
    {
        (await CountAsync(Of(here), $"SELECT count(*)::int AS \"Value\" FROM customer WHERE id = '{elsewhere}'")).ShouldBe(0);
        (await CountAsync(Of(here), $"SELECT count(*)::int AS \"Value\" FROM customer WHERE id = '{here}'")).ShouldBe(1);
        (await CountAsync(Of(here), $"SELECT count(*)::int AS \"Value\" FROM person WHERE id = '{person}'")).ShouldBe(1);
        (await CountAsync(Of(elsewhere), $"SELECT count(*)::int AS \"Value\" FROM person WHERE id = '{person}'")).ShouldBe(0);
        (await CountAsync(Fence.Closed, "SELECT count(*)::int AS \"Value\" FROM person")).ShouldBe(0);
    }

    [Fact]
    public async Task Nothing_is_written_outside()
    {
        await using var db = node.Create(Of(here));
        (await db.Database.ExecuteSqlRawAsync($"UPDATE time_account SET name = 'Taken' WHERE customer_id = '{elsewhere}'")).ShouldBe(0);
        (await db.Database.ExecuteSqlRawAsync($"UPDATE time_account SET name = 'Kept' WHERE customer_id = '{here}'")).ShouldBe(1);
        (await Should.ThrowAsync<PostgresException>(() => db.Database.ExecuteSqlRawAsync($"UPDATE time_account SET customer_id = '{elsewhere}' WHERE customer_id = '{here}'")))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    /// <summary>A connection that goes from hand to hand forgets whose it was.</summary>
    [Fact]
    public async Task The_pool_hands_on_no_fence()
    {
        var pooled = new NpgsqlConnectionStringBuilder(database.LimitedConnectionString) { Pooling = true, MaxPoolSize = 2 }.ConnectionString;
        await using var one = new NadooItDatabase(pooled, database.Clock);
        foreach (var (fence, customer) in new[] { (Of(here), here), (Of(elsewhere), elsewhere), (Of(here), here) })
        {
            await using var db = one.Create(fence);
            (await db.Database.SqlQueryRaw<Guid>("SELECT DISTINCT customer_id AS \"Value\" FROM time_account").ToListAsync()).ShouldBe([customer.Value]);
        }

        await using var closed = one.Create(Fence.Closed);
        (await closed.Database.SqlQueryRaw<int>("SELECT count(*)::int AS \"Value\" FROM time_account").SingleAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Every_table_has_it()
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> '__EFMigrationsHistory' AND NOT (relrowsecurity AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid))", connection);
        (await command.ExecuteScalarAsync()).ShouldBe(DBNull.Value);
    }

    private Fence Of(CustomerId customer) => new(Ability.SeeCustomer, null, new Caller(person, null, null, null), new Reach(false, [customer]), false);

    private async Task<int> CountAsync(Fence fence, string sql)
    {
        await using var db = node.Create(fence);
        return await db.Database.SqlQueryRaw<int>(sql).SingleAsync();
    }
}
