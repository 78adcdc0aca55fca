using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Budgets;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Data.Notices;
using NadooIt.Domain.Budgets;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;
using NadooIt.Domain.Ownership;
using NadooIt.Domain.People;
using NadooIt.Tests.Executions;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Budgets;

public sealed class BudgetsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateOnly November = new(2026, 11, 1);

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(SetBudget), Ability.CreateCustomerPrograms, (database, person, customer) =>
            database.As<SetBudget>(person).RunAsync(new(customer, null, 10m, [80], true), None)),
        new(typeof(EndBudget), Ability.CreateCustomerPrograms, async (database, person, customer) =>
            await database.As<EndBudget>(person).RunAsync(await BudgetAsync(database, customer), None)),
        new(typeof(ListBudgets), Ability.ViewCustomerPrograms, async (database, person, customer) =>
        {
            var budget = await BudgetAsync(database, customer);
            if ((await database.As<ListBudgets>(person).RunAsync(new(), None)).All(row => row.Id != budget))
            {
                throw PermissionTable.NotListed;
            }
        }),
    ];

    public static TheoryData<string> Names => PermissionTable.Names(Permissions);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Only_the_right_ability_at_the_right_customer_opens(string name) =>
        PermissionTable.CheckAsync(database, Permissions.Single(row => row.Name == name));

    [Fact]
    public void Limits_and_levels_are_checked_and_levels_are_reached_exactly()
    {
        foreach (var limit in new[] { 0m, -1m, 0.0000001m, BudgetTerms.Largest + 1 })
        {
            Should.Throw<Refused>(() => BudgetTerms.Of(limit, [], false)).Refusal.ShouldBe(BudgetRefusals.LimitInvalid);
        }

        foreach (var levels in new int[][] { [0], [101], [1, 2, 3, 4, 5, 6] })
        {
            Should.Throw<Refused>(() => BudgetTerms.Of(1m, levels, false)).Refusal.ShouldBe(BudgetRefusals.LevelsInvalid);
        }

        var terms = BudgetTerms.Of(10m, [80, 50, 80], true);
        terms.WarnAt.ShouldBe([50, 80]);
        new[] { 4.999999m, 5m, 7.999999m, 8m, 10m }.Select(used => terms.Reached(Money.Euro(used))).ShouldBe([null, 50, 50, 80, 100]);
        BudgetTerms.Forecast(Money.Euro(2m), new(2026, 11, 20)).Amount.ShouldBe(3m);
    }

    [Fact]
    public void A_stop_never_lets_more_through_than_its_limit_and_no_less_than_fits()
    {
        var histories = from limit in Gen.Choose(1, 500) from prices in Gen.NonEmptyListOf(Gen.Choose(0, 200)) select (limit, prices);

        Prop.ForAll(histories.ToArbitrary(), history =>
        {
            var (limit, prices) = history;
            var stop = new SpendingStop(Money.FromMillionths(limit));
            var used = 0;
            foreach (var price in prices)
            {
                var fits = used + price <= limit;
                stop.Allows(November, Money.FromMillionths(price)).ShouldBe(fits);
                if (fits)
                {
                    stop.Use(November, Money.FromMillionths(price));
                    used += price;
                }
            }

            stop.UsedIn(November).Millionths.ShouldBe(used);
            stop.UsedIn(November.AddMonths(1)).Amount.ShouldBe(0m);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task A_hard_stop_refuses_what_would_pass_it_and_the_rest_of_the_batch_goes_on()
    {
        var (story, program) = await StoryAsync();
        var covered = await story.ProgramAsync(0.01m, 60, (await story.AccountAsync(10_000)).Id);
        await SetAsync(story, program, 1m);
        var now = database.Clock.GetUtcNow();
        await using var node = new NadooItDatabase(database.LimitedConnectionString, database.Clock);
        RecordingOrder Order(string reference, CustomerProgramId id, long saved, DateTimeOffset? at = null) =>
            new(new(NewId.At<ExecutionId>(now), id, reference, saved, at, null, story.Recorder.Id, null, now), new Reach(true, []), []);

        var results = new ExecutionBook(node).Record(
        [
            Order("a", program, 60), Order("b", program, 41), Order("c", program, 40), Order("d", program, 1), Order("e", covered.Id, 90),
            // The month before has its own hundred seconds.
            Order("f", program, 100, now.AddDays(-25)),
        ]);

        results.Select(result => result.Refusal?.Refusal).ShouldBe([null, BudgetRefusals.Exceeded, null, BudgetRefusals.Exceeded, null, null]);
        (await story.RecordAsync(program, 60, null, "a")).Id.ShouldBe(results[0].Execution!.Id);
        (await story.RefusedAsync(program, 1)).ShouldBe(BudgetRefusals.Exceeded);

        // What is reversed gives its room back.
        await (await database.AsTouchedAsync<ReverseExecution>(story.Recorder.Id)).RunAsync(results[2].Execution!.Id, "Did not work", None);
        (await story.RefusedAsync(program, 41)).ShouldBe(BudgetRefusals.Exceeded);
        await story.RecordAsync(program, 40);
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task Programs_of_a_customer_that_record_at_once_on_two_nodes_do_not_pass_its_stop_together()
    {
        var (story, first) = await StoryAsync();
        var programs = new[] { first, (await story.ProgramAsync()).Id, (await story.ProgramAsync()).Id };
        await SetAsync(story, null, 5m);
        await using var one = new NadooItDatabase(database.LimitedConnectionString, database.Clock);
        await using var two = new NadooItDatabase(database.LimitedConnectionString, database.Clock);
        var now = database.Clock.GetUtcNow();

        var results = await Task.WhenAll(Enumerable.Range(0, 30).Select(page => Task.Run(() => new ExecutionBook(page % 2 == 0 ? one : two).RecordAsync(
            [.. Enumerable.Range(0, 4).Select(number => new RecordingOrder(
                new(NewId.At<ExecutionId>(now), programs[(page + number) % 3], $"r-{page}-{number}", 7, null, null, story.Recorder.Id, null, now), new Reach(true, []), []))],
            None))));

        // 71 times 0.07 fits into 5.00, one more does not.
        results.SelectMany(page => page).Count(result => result.Refusal is null).ShouldBe(71);
        results.SelectMany(page => page).Where(result => result.Refusal is not null).ShouldAllBe(result => result.Refusal!.Refusal == BudgetRefusals.Exceeded);
        (await ListAsync(story)).ShouldHaveSingleItem().Used.Amount.ShouldBe(4.97m);
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_budget_is_changed_from_now_on_and_ended_and_warns_without_stopping()
    {
        var (story, program) = await StoryAsync();
        await SetAsync(story, program, 1m, isHardStop: false, levels: [50]);
        await story.RecordAsync(program, 200);
        (await ListAsync(story)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            row => row.Used.Amount.ShouldBe(2m), row => row.Reached.ShouldBe(100), row => row.Forecast.Amount.ShouldBeGreaterThanOrEqualTo(2m));

        await SetAsync(story, program, 3m);
        var changed = (await ListAsync(story)).ShouldHaveSingleItem();
        (changed.Terms.Limit.Amount, changed.Terms.IsHardStop, changed.Reached).ShouldBe((3m, true, null));
        (await story.RefusedAsync(program, 101)).ShouldBe(BudgetRefusals.Exceeded);
        await SetAsync(story, program, 3m);
        await using (var db = database.Open())
        {
            (await db.Budgets.CountAsync(budget => budget.CustomerProgramId == program)).ShouldBe(2);
        }

        await database.As<EndBudget>(database.Landscape.Administrator.Id).RunAsync(changed.Id, None);
        await story.RecordAsync(program, 101);
        (await ListAsync(story)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Managers_are_told_once_for_each_level_and_month_and_strangers_never()
    {
        var (story, program) = await StoryAsync();
        var manager = await database.Landscape.EmployeeAsync(story.Customer, Ability.CreateCustomerPrograms);
        var stranger = await database.Landscape.EmployeeAsync((await database.Landscape.CustomerAsync()).Id, Ability.CreateCustomerPrograms);
        await SetAsync(story, program, 1m, isHardStop: false, levels: [50, 80]);
        await SetAsync(story, null, 10m, isHardStop: false, levels: [1]);

        await story.RecordAsync(program, 49);
        (await ToldAsync(manager)).ShouldBe([(1, null)]);
        // Two levels at once are told as one: the higher.
        await story.RecordAsync(program, 31);
        (await ToldAsync(manager)).ShouldBe([(1, null), (80, program.Value)]);
        await story.RecordAsync(program, 1);
        (await ToldAsync(manager)).Count.ShouldBe(2);
        await story.RecordAsync(program, 19);
        (await ToldAsync(manager)).ShouldBe([(1, null), (80, program.Value), (100, program.Value)]);

        // What is reversed and used again was told already; another limit has its own levels.
        await SetAsync(story, program, 2m, isHardStop: false, levels: [50]);
        (await ToldAsync(manager)).ShouldBe([(1, null), (80, program.Value), (100, program.Value), (50, program.Value)]);
        (await ToldAsync(stranger)).ShouldBeEmpty();
        (await ToldAsync(story.Recorder)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Several_nodes_tell_a_level_once_and_the_next_month_begins_anew()
    {
        var (story, program) = await StoryAsync();
        var manager = await database.Landscape.EmployeeAsync(story.Customer, Ability.CreateCustomerPrograms);
        await SetAsync(story, program, 1m);
        await story.RecordAsync(program, 100);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => database.As<BudgetWatch>((PersonId?)null).CheckAsync(None)));
        (await ToldAsync(manager)).ShouldBe([(100, program.Value)]);

        var today = BusinessTime.DayOf(database.Clock.GetUtcNow());
        database.Clock.Advance(TimeSpan.FromDays(DateTime.DaysInMonth(today.Year, today.Month)));
        await story.RecordAsync(program, 100);
        (await ToldAsync(manager)).ShouldBe([(100, program.Value), (100, program.Value)]);
    }

    [Fact]
    public async Task Setting_and_ending_a_budget_is_in_the_audit_trail()
    {
        var (story, program) = await StoryAsync();
        await SetAsync(story, program, 1m);
        var budget = (await ListAsync(story)).ShouldHaveSingleItem().Id;
        await database.As<EndBudget>(database.Landscape.Administrator.Id).RunAsync(budget, None);
        await database.As<EndBudget>(database.Landscape.Administrator.Id).RunAsync(budget, None);

        await using var db = database.Open();
        var entries = await db.AuditEntries.Where(entry => entry.Subject == "Budget" && entry.SubjectId == budget.ToString()).OrderBy(entry => entry.Id).ToListAsync();
        entries.Count.ShouldBe(2);
        entries.ShouldAllBe(entry => entry.CustomerId == story.Customer && entry.PersonId == database.Landscape.Administrator.Id);
    }

    [Fact]
    public async Task A_budget_of_a_foreign_program_is_not_set()
    {
        var (story, _) = await StoryAsync();
        var foreign = await database.Landscape.CustomerProgramAsync((await database.Landscape.CustomerAsync()).Id);

        (await Should.ThrowAsync<Refused>(() => SetAsync(story, foreign.Id, 1m))).Refusal.ShouldBe(OwnershipRefusals.NotFound);
    }

    private async Task<(ExecutionStory Story, CustomerProgramId Program)> StoryAsync()
    {
        var story = await ExecutionStory.BeginAsync(database);
        return (story, (await story.ProgramAsync()).Id);
    }

    private Task SetAsync(ExecutionStory story, CustomerProgramId? program, decimal limit, bool isHardStop = true, int[]? levels = null) =>
        database.As<SetBudget>(database.Landscape.Administrator.Id).RunAsync(new(story.Customer, program, limit, levels ?? [], isHardStop), None);

    private async Task<IReadOnlyList<ListBudgets.Row>> ListAsync(ExecutionStory story) =>
        [.. (await database.As<ListBudgets>(database.Landscape.Administrator.Id).RunAsync(new(), None)).Where(row => row.Customer == story.Customer)];

    /// <summary>Looks at all budgets once, as the background service does, and returns what a person was told so far.</summary>
    private async Task<IReadOnlyList<(int Level, Guid? Subject)>> ToldAsync(Person person)
    {
        database.Clock.Advance(TimeSpan.FromSeconds(15));
        while (!await database.As<BudgetWatch>((PersonId?)null).CheckAsync(None))
        {
            await Task.Yield();
        }

        var notices = await database.As<ListNotices>(person.Id).RunAsync(new(true, new PageRequest()), None);
        return
        [
            .. notices.Rows.Where(notice => notice.Kind == NoticeKind.BudgetReached).OrderBy(notice => notice.Id.Value)
                .Select(notice => (int.Parse(notice.Words[2], CultureInfo.InvariantCulture), notice.Subject)),
        ];
    }

    private static async Task<BudgetId> BudgetAsync(TestDatabase database, CustomerId customer)
    {
        await database.As<SetBudget>(database.Landscape.Administrator.Id).RunAsync(new(customer, null, 10m, [80], true), None);
        await using var db = database.Open();
        return await db.Budgets.Where(budget => budget.CustomerId == customer && budget.EndedAt == null).Select(budget => budget.Id).SingleAsync();
    }
}
