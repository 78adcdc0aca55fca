using NadooIt.Data.Ownership;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;
using NadooIt.Tests.Executions;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Ownership;

public sealed class PriceCockpitTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateOnly Today = new(2026, 11, 20);

    [Fact]
    public async Task The_forecast_is_billed_when_the_runs_happen_over_prepaid_time_and_steps()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var (small, large) = (await story.AccountAsync(1_000), await story.AccountAsync(20_000, overdraft: 500));
        var program = await story.ProgramAsync(fixedPrice: null, savedPerExecution: 3_600, small.Id, large.Id);
        await story.RecordAsync(program.Id, 700);

        var forecast = (await ReadAsync(story, program.Id, 20, 3_600)).Forecast!;
        var runs = new List<Domain.Executions.Execution>();
        for (var run = 0; run < 20; run++)
        {
            runs.Add(await story.RecordAsync(program.Id));
        }

        forecast.Parts.Count.ShouldBeGreaterThan(3);
        forecast.Prepaid.Value.ShouldBe(1_000 - 700 + 20_500);
        forecast.Price.Amount.ShouldBe(runs.Sum(run => run.Price.Amount));
        forecast.Billed.Value.ShouldBe(runs.Sum(run => run.Billed.Value));
    }

    [Fact]
    public async Task The_next_step_is_foretold_from_the_last_30_days()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var program = await story.ProgramAsync(fixedPrice: null);
        database.Clock.Advance(TimeSpan.FromDays(40));
        var now = database.Clock.GetUtcNow();
        await story.RecordAsync(program.Id, 7_200, now.AddDays(-35));
        await story.RecordAsync(program.Id, 3_600, now.AddDays(-10));

        var cockpit = await ReadAsync(story, program.Id, 1, null);

        // 3 of 6 hours are saved, 1 of them in the last 30 days: 3 more take 90 days.
        cockpit.Pace.ShouldBe(new Pace(new Seconds(3_600), 30));
        cockpit.Ladder!.Missing.ShouldBe(Seconds.FromHours(3));
        cockpit.Ladder.Next!.EuroPerHour.ShouldBe(200m);
        cockpit.Ladder.ReachedOn.ShouldBe(BusinessTime.DayOf(now).AddDays(90));
    }

    [Fact]
    public async Task A_young_program_is_measured_by_its_own_days_and_a_silent_one_not_at_all()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var (young, silent) = (await story.ProgramAsync(fixedPrice: null), await story.ProgramAsync(fixedPrice: null));
        await story.RecordAsync(young.Id, 3_600);
        database.Clock.Advance(TimeSpan.FromDays(1));

        var cockpit = await ReadAsync(story, young.Id, 1, null);

        cockpit.Pace.Days.ShouldBe(2);
        cockpit.Ladder!.ReachedOn.ShouldBe(BusinessTime.DayOf(database.Clock.GetUtcNow()).AddDays(10));
        (await ReadAsync(story, silent.Id, 1, null)).Ladder!.ReachedOn.ShouldBeNull();
    }

    [Fact]
    public void On_the_last_step_nothing_is_missing()
    {
        var outlook = LadderOutlook.Of(Seconds.FromHours(45), new Pace(Seconds.FromHours(1), 30), Today);

        (outlook.Present.EuroPerHour, outlook.Next, outlook.Missing, outlook.ReachedOn).ShouldBe((30m, null, null, null));
    }

    [Theory]
    [InlineData(3_600, 30, 1, 1)]
    [InlineData(3_600, 30, 120, 1)]
    [InlineData(3_600, 30, 121, 2)]
    [InlineData(3_600, 30, 0, 0)]
    [InlineData(3_600, 30, -5, 0)]
    [InlineData(0, 30, 1, null)]
    [InlineData(1, 30, 1_000_000, null)]
    public void A_pace_says_how_many_whole_days_it_takes(long amount, int days, long wanted, int? expected) =>
        new Pace(new Seconds(amount), days).DaysUntil(new Seconds(wanted)).ShouldBe(expected);

    [Fact]
    public async Task Without_a_default_and_without_a_question_there_is_no_forecast()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var program = await story.ProgramAsync(savedPerExecution: 0);

        var cockpit = await ReadAsync(story, program.Id, 100, null);

        cockpit.Forecast.ShouldBeNull();
        cockpit.Ladder.ShouldBeNull();
        (await ReadAsync(story, program.Id, 100, 60)).Forecast!.Price.Amount.ShouldBe(60m);
    }

    private async Task<ReadPriceCockpit.Output> ReadAsync(ExecutionStory story, CustomerProgramId program, int runs, long? perRun)
    {
        var reader = await database.Landscape.EmployeeAsync(story.Customer, Ability.ViewCustomerPrograms);
        return await database.As<ReadPriceCockpit>(reader.Id).RunAsync(new(program, runs, perRun is { } seconds ? new Seconds(seconds) : null), CancellationToken.None);
    }
}
