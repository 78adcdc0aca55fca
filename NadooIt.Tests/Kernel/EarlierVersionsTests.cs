#pragma warning disable RS0030 // What an earlier version reads is asked past the application.
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Executions;
using NadooIt.Tests.Support;
using Npgsql;

namespace NadooIt.Tests.Kernel;

/// <summary>Going back to an earlier version of the schema and forth again keeps what was counted.</summary>
public sealed class EarlierVersionsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string WithoutCarriedFigures = "20261130190611_FiguresOfPeople";
    private const string WithoutPeople = "20261130184313_BookChanges";

    [Fact]
    public async Task Figures_are_the_sums_of_the_executions_in_earlier_versions_and_after_coming_back()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var account = await story.AccountAsync(100);
        var (program, second) = (await story.ProgramAsync(0.01m, 60, account.Id), await story.ProgramAsync());
        var now = database.Clock.GetUtcNow();
        foreach (var (ran, at) in new[] { (program, now), (program, now), (second, now.AddDays(-40)), (program, now.AddDays(-1)), (second, now), (second, now) })
        {
            await story.RecordAsync(ran.Id, 60, at);
        }

        await story.ShouldBeSoundAsync();
        await GoToAsync(WithoutCarriedFigures);
        await ShouldAllBeInRowsAsync();
        await GoToAsync(WithoutPeople);
        await ShouldAllBeInRowsAsync();

        await database.PrepareAgainAsync();
        await story.ShouldBeSoundAsync();
        await story.RecordAsync(program.Id, 60);
        await story.ShouldBeSoundAsync();
    }

    private async Task GoToAsync(string migration)
    {
        await using var node = new NadooItDatabase(database.ConnectionString, database.Clock);
        await using var db = node.Create(Fence.System("go back"));
        await db.Database.ExecuteSqlRawAsync(DatabaseFence.DropViews);
        await db.GetService<IMigrator>().MigrateAsync(migration);
    }

    private async Task ShouldAllBeInRowsAsync()
    {
        var executions = await AskAsync("execution", "price * 1000000");
        executions.ShouldBe((6, 360, 2_600_000));
        (await AskAsync("execution_day", "price_millionths", "count")).ShouldBe(executions);
        (await AskAsync("execution_month", "price_millionths", "count")).ShouldBe(executions);
    }

    private async Task<(long Count, long Saved, long Price)> AskAsync(string table, string price, string count = "1")
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"SELECT sum({count})::bigint, sum(saved)::bigint, sum({price})::bigint FROM {table}", connection);
        await using var rows = await command.ExecuteReaderAsync();
        await rows.ReadAsync();
        return (rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2));
    }
}
