#pragma warning disable RS0030 // What a killed start leaves behind is made past the application.
using NadooIt.Data.Kernel;
using NadooIt.Tests.Support;
using Npgsql;

namespace NadooIt.Tests.Kernel;

/// <summary>A start that is killed between a migration and what follows it is finished by the next one.</summary>
public sealed class InterruptedMigrationTests(EmptyDatabase database) : IClassFixture<EmptyDatabase>
{
    private const string Views = "SELECT count(*)::int FROM pg_views WHERE schemaname = 'public' AND viewname IN ('operator_customer', 'name_of_person', 'customer_of_contract')";

    [Fact]
    public async Task Views_that_went_before_a_migration_are_made_again()
    {
        (await AskAsync(Views)).ShouldBe(3);
        await AskAsync($"{DatabaseFence.DropViews}; SELECT 0");
        (await AskAsync(Views)).ShouldBe(0);

        await using var node = new NadooItDatabase(database.ConnectionString, database.Clock);
        await node.MigrateAsync(CancellationToken.None);

        (await AskAsync(Views)).ShouldBe(3);
    }

    private async Task<int> AskAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (int)(await command.ExecuteScalarAsync())!;
    }
}
