using System.Text.Json;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;
using Npgsql;

namespace NadooIt.Tests.Executions;

public sealed class ListExecutionsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task The_five_periods_hold_what_their_names_say()
    {
        var story = await BeginAtAsync(2026, 11, 20, 11);
        var program = await story.ProgramAsync();
        await RecordAsync(story, program.Id, 15, Berlin(2026, 11, 20, 8));
        await RecordAsync(story, program.Id, 5, Berlin(2026, 10, 14, 8));
        await RecordAsync(story, program.Id, 3, Berlin(2025, 10, 14, 8));

        (await CountsAsync(story)).ShouldBe((20, 15, 15, 5, 20));
        (await CountsAsync(story, ExecutionStatus.NotPaid)).ShouldBe((20, 15, 15, 5, 20));
        (await CountsAsync(story, ExecutionStatus.Paid)).ShouldBe((0, 0, 0, 0, 0));
        (await story.ListAsync(new(NamedPeriod.Last20))).Page.Rows.ShouldAllBe(row => row.OccurredAt.Year == 2026);
    }

    /// <summary>Otherwise it expects next to nothing where both are asked for, and sorts everything instead of walking an index.</summary>
    [Fact]
    public async Task The_planner_knows_that_a_program_belongs_to_one_customer()
    {
        var last = (Customer: default(CustomerId), Program: default(CustomerProgramId));
        for (var customer = 0; customer < 6; customer++)
        {
            var story = await BeginAtAsync(2026, 11, 20, 11);
            var program = await story.ProgramAsync();
            await RecordAsync(story, program.Id, 40, Berlin(2026, 11, 19, 8));
            last = (program.CustomerId, program.Id);
        }

        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var analyze = source.CreateCommand("ANALYZE execution");
        await analyze.ExecuteNonQueryAsync();
        await using var explain = source.CreateCommand(
            $"EXPLAIN (FORMAT JSON) SELECT 1 FROM execution WHERE customer_program_id = '{last.Program}' AND customer_id = ANY('{{{last.Customer}}}')");
        using var plan = JsonDocument.Parse((string)(await explain.ExecuteScalarAsync())!);
        plan.RootElement[0].GetProperty("Plan").GetProperty("Plan Rows").GetInt64().ShouldBeInRange(20, 80);
    }

    [Fact]
    public async Task Last_month_in_January_is_December_of_the_year_before()
    {
        var story = await BeginAtAsync(2027, 1, 10, 12);
        var program = await story.ProgramAsync();
        await RecordAsync(story, program.Id, 2, Berlin(2026, 12, 31, 23));
        await RecordAsync(story, program.Id, 4, Berlin(2025, 12, 31, 23));
        await RecordAsync(story, program.Id, 1, Berlin(2027, 1, 1, 0));

        (await CountsAsync(story)).ShouldBe((7, 0, 1, 2, 1));
    }

    [Fact]
    public async Task Days_begin_and_end_at_midnight_in_Berlin_also_when_the_clocks_change()
    {
        var story = await BeginAtAsync(2026, 10, 25, 24);
        var program = await story.ProgramAsync();

        // The day has 25 hours: it begins at 22:00 UTC and ends at 23:00 UTC.
        foreach (var utc in new[] { "2026-10-24T21:59:59Z", "2026-10-24T22:00:00Z", "2026-10-25T21:59:59Z" })
        {
            await story.RecordAsync(program.Id, 60, DateTimeOffset.Parse(utc, System.Globalization.CultureInfo.InvariantCulture));
        }

        database.Clock.Set(Berlin(2026, 10, 26, 1));
        await story.RecordAsync(program.Id, 60, DateTimeOffset.Parse("2026-10-25T22:59:59Z", System.Globalization.CultureInfo.InvariantCulture));
        await story.RecordAsync(program.Id, 60, DateTimeOffset.Parse("2026-10-25T23:00:00Z", System.Globalization.CultureInfo.InvariantCulture));

        var day = new ExecutionFilter(From: new(2026, 10, 25), To: new(2026, 10, 25));
        (await story.ListAsync(day)).Page.Total.ShouldBe(3);
        (await story.ListAsync(day)).Page.Rows.Count.ShouldBe(3);
        (await story.SumAsync(day)).Counted.Count.ShouldBe(3);
        (await story.ListAsync(new(NamedPeriod.Today))).Page.Rows.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_list_its_total_and_the_sums_agree_whatever_the_filter()
    {
        var story = await BeginAtAsync(2026, 11, 20, 12);
        var account = await story.AccountAsync(400);
        var (covered, billed) = (await story.ProgramAsync(accounts: account.Id), await story.ProgramAsync(0.033333m));
        for (var i = 0; i < 70; i++)
        {
            await story.RecordAsync(i % 3 == 0 ? covered.Id : billed.Id, 10 + i, Berlin(2026, 11, 20, 10).AddDays(-i), $"run {i:00}", i % 2 == 0 ? $"A-{i / 10}" : null);
        }

        ExecutionFilter[] filters =
        [
            new(), new(NamedPeriod.Last20), new(NamedPeriod.ThisMonth), new(NamedPeriod.LastMonth), new(NamedPeriod.ThisYear),
            new(From: new(2026, 10, 1)), new(To: new(2026, 10, 1)), new(From: new(2026, 9, 17), To: new(2026, 11, 3)), new(From: new(2026, 10, 2), To: new(2026, 10, 30)), new(CustomerProgram: covered.Id), new(Customer: story.Customer),
            new(Status: ExecutionStatus.Paid), new(NamedPeriod.LastMonth, CustomerProgram: billed.Id, Status: ExecutionStatus.NotPaid),
            new(Person: story.Recorder.Id), new(Search: "run 1"), new(Search: "A-3"), new(NamedPeriod.Last20, Search: "A-"), new(Search: "nothing"), new(Search: "run_1%"),
        ];
        foreach (var filter in filters)
        {
            var rows = new List<ExecutionRow>();
            var pages = 1;
            for (var number = 1; number <= pages; number++)
            {
                var page = (await story.ListAsync(filter, new(number, Size: 7))).Page;
                rows.AddRange(page.Rows);
                pages = page.Pages;
                page.Total.ShouldBe((await story.SumAsync(filter)).Counted.Count, filter.ToString());
            }

            var sums = await story.SumAsync(filter);
            rows.Select(row => row.Id).ShouldBeUnique();
            rows.Select(row => row.Id).ShouldBe(rows.OrderByDescending(row => row.OccurredAt).Select(row => row.Id), filter.ToString());
            ((long)rows.Count, rows.Sum(row => row.Saved.Value), rows.Sum(row => row.Prepaid.Value), rows.Sum(row => row.Billed.Value), rows.Sum(row => row.Price.Amount))
                .ShouldBe((sums.Counted.Count, sums.Counted.Saved.Value, sums.Counted.Prepaid.Value, sums.Counted.Billed.Value, sums.Counted.Price.Amount), filter.ToString());

            var exported = await (await database.As<ExportExecutions>(story.Recorder.Id).RunAsync(filter, CancellationToken.None)).ToListAsync();
            exported.ShouldBe(rows, ignoreOrder: false, filter.ToString());
        }
    }

    [Fact]
    public async Task Rows_come_in_the_wanted_order()
    {
        var story = await BeginAtAsync(2026, 11, 20, 12);
        var (cheap, dear) = (await story.ProgramAsync(0.001m), await story.ProgramAsync(1m));
        await story.RecordAsync(dear.Id, 10, Berlin(2026, 11, 1, 9));
        await story.RecordAsync(cheap.Id, 500, Berlin(2026, 11, 2, 9));
        await story.RecordAsync(cheap.Id, 20, Berlin(2026, 11, 3, 9));

        async Task<IEnumerable<long>> SavedAsync(string? sort, bool descending) =>
            (await story.ListAsync(new(NamedPeriod.Last20), new(1, sort, descending))).Page.Rows.Select(row => row.Saved.Value);

        (await SavedAsync(null, false)).ShouldBe([20, 500, 10]);
        (await SavedAsync("occurred", true)).ShouldBe([20, 500, 10]);
        (await SavedAsync("occurred", false)).ShouldBe([10, 500, 20]);
        (await SavedAsync("saved", true)).ShouldBe([500, 20, 10]);
        (await SavedAsync("price", true)).ShouldBe([10, 500, 20]);
        (await SavedAsync("price", false)).ShouldBe([20, 500, 10]);
    }

    [Fact]
    public async Task Everybody_sees_the_own_customers_and_nobody_else_s()
    {
        var (one, two, three) = (await BeginAtAsync(2026, 11, 20, 12), await BeginAtAsync(2026, 11, 20, 12), await BeginAtAsync(2026, 11, 20, 12));
        foreach (var story in new[] { one, two, three })
        {
            await RecordAsync(story, (await story.ProgramAsync()).Id, 12, Berlin(2026, 11, 20, 9));
        }

        await database.Landscape.EmployAsync(two.Customer, one.Recorder.Id, Ability.ViewExecutions);
        var stranger = await database.Landscape.PersonAsync();
        var employee = await database.Landscape.EmployeeAsync(one.Customer);

        (await one.ListAsync(new(NamedPeriod.Today))).Page.Rows.Count.ShouldBe(24);
        (await one.ListAsync(new(NamedPeriod.Last20))).Page.Rows.Count.ShouldBe(20);
        (await one.SumAsync(new(NamedPeriod.Today))).Counted.Count.ShouldBe(24);
        (await two.ListAsync(new(NamedPeriod.Today))).Page.Total.ShouldBe(12);
        (await one.ListAsync(new(Customer: three.Customer))).Page.Total.ShouldBe(0);
        (await one.ListAsync(new(Customer: three.Customer, Period: NamedPeriod.Last20))).Page.Rows.ShouldBeEmpty();
        (await one.SumAsync(new(Customer: three.Customer))).Counted.Count.ShouldBe(0);
        (await ListAsync(database.Landscape.Administrator.Id)).Page.Rows.Count.ShouldBe(20);
        await Should.ThrowAsync<AccessDenied>(() => ListAsync(stranger.Id));
        await Should.ThrowAsync<AccessDenied>(() => ListAsync(employee.Id));
    }

    [Fact]
    public async Task An_execution_explains_itself_to_who_may_see_it()
    {
        var story = await BeginAtAsync(2026, 11, 20, 12);
        var account = await story.AccountAsync(3_600);
        var program = await story.ProgramAsync(fixedPrice: null, accounts: account.Id);
        var execution = await story.RecordAsync(program.Id, 5_000, order: "A-17");
        var other = await BeginAtAsync(2026, 11, 20, 12);

        var read = await database.As<ReadExecution>(story.Recorder.Id).RunAsync(execution.Id, CancellationToken.None);

        read.Facts.Id.ShouldBe(execution.Id);
        read.Person.ShouldBe(story.Recorder.DisplayName);
        read.Step!.EuroPerHour.ShouldBe(230m);
        read.Contract.ShouldNotBeNull();
        read.Lines.Select(line => (line.TimeAccount, line.Transfer.SignedAmount)).ShouldBe(
            [(account.Id, -3_600L), ((TimeAccountId?)null, execution.Price.Millionths)], ignoreOrder: true);
        var refused = await Should.ThrowAsync<Refused>(() => database.As<ReadExecution>(other.Recorder.Id).RunAsync(execution.Id, CancellationToken.None));
        refused.Refusal.ShouldBe(ExecutionRefusals.NotFound);
    }

    private Task<ListExecutions.Result> ListAsync(PersonId person) =>
        database.As<ListExecutions>(person).RunAsync(new(new(NamedPeriod.Last20), new()), CancellationToken.None);

    private async Task<ExecutionStory> BeginAtAsync(int year, int month, int day, int hour)
    {
        // Contracts begin today, so the story's clock is set before them.
        database.Clock.Set(Berlin(year, month, day, hour));
        return await ExecutionStory.BeginAsync(database);
    }

    private static async Task RecordAsync(ExecutionStory story, CustomerProgramId program, int count, DateTimeOffset at)
    {
        for (var i = 0; i < count; i++)
        {
            await story.RecordAsync(program, 60, at.AddSeconds(i));
        }
    }

    private static async Task<(long Last20, long Today, long ThisMonth, long LastMonth, long ThisYear)> CountsAsync(ExecutionStory story, ExecutionStatus? status = null)
    {
        async Task<long> CountAsync(NamedPeriod period)
        {
            var filter = new ExecutionFilter(period, Status: status);
            var list = (await story.ListAsync(filter, new(Size: 100))).Page;
            list.Rows.Count.ShouldBe((int)list.Total);
            return list.Total;
        }

        return (
            await CountAsync(NamedPeriod.Last20), await CountAsync(NamedPeriod.Today), await CountAsync(NamedPeriod.ThisMonth),
            await CountAsync(NamedPeriod.LastMonth), await CountAsync(NamedPeriod.ThisYear));
    }

    private static DateTimeOffset Berlin(int year, int month, int day, int hour) => BusinessTime.StartOf(new(year, month, day)).AddHours(hour);
}
