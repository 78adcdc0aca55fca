using NadooIt.Data.Home;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Executions;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Home;

public sealed class HomeTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task This_month_is_compared_with_the_same_days_of_the_month_before()
    {
        database.Clock.Set(Berlin(2026, 11, 20, 12));
        var story = await ExecutionStory.BeginAsync(database);
        var program = await story.ProgramAsync(0.5m);
        foreach (var (day, saved) in new[] { (Berlin(2026, 11, 1, 0), 10), (Berlin(2026, 11, 20, 11), 20), (Berlin(2026, 10, 20, 23), 3), (Berlin(2026, 10, 21, 0), 400), (Berlin(2025, 12, 1, 0), 5), (Berlin(2025, 11, 30, 23), 6) })
        {
            await story.RecordAsync(program.Id, saved, day);
        }

        var progress = await database.As<ReadProgress>(story.Recorder.Id).RunAsync(CancellationToken.None);

        (progress.ThisMonth.Saved.Value, progress.ThisMonth.Count, progress.ThisMonth.Price.Amount).ShouldBe((30, 2, 15m));
        (progress.LastMonth.Saved.Value, progress.LastMonth.From, progress.LastMonth.To).ShouldBe((3, new(2026, 10, 1), new(2026, 10, 20)));
        progress.ByDay.Count.ShouldBe(30);
        (progress.ByDay[^1].From, progress.ByDay[^1].Saved.Value).ShouldBe((new(2026, 11, 20), 20));
        progress.ByMonth.Select(month => month.Saved.Value).ShouldBe([5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 403, 30]);
    }

    [Fact]
    public async Task The_end_of_a_long_month_is_compared_with_the_whole_short_one()
    {
        database.Clock.Set(Berlin(2027, 3, 31, 12));
        var story = await ExecutionStory.BeginAsync(database);

        var progress = await database.As<ReadProgress>(story.Recorder.Id).RunAsync(CancellationToken.None);

        progress.LastMonth.To.ShouldBe(new(2027, 2, 28));
    }

    [Fact]
    public async Task Balances_name_the_accounts_below_their_warning_level_within_reach()
    {
        var (mine, other) = (await database.Landscape.CustomerAsync(), await database.Landscape.CustomerAsync());
        var manager = await database.Landscape.EmployeeAsync(mine.Id, Ability.ViewTimeAccounts);
        await database.Landscape.TimeAccountAsync(mine.Id, 500);
        var low = await database.Landscape.TimeAccountAsync(mine.Id, 100);
        await database.Landscape.TimeAccountAsync(other.Id, 1);
        await WarnAsync(low.Id, 101);

        var balances = await database.As<ReadBalances>(manager.Id).RunAsync(CancellationToken.None);

        (balances.Accounts, balances.Balance.Value, balances.LowCount).ShouldBe((2, 600, 1));
        balances.Low.ShouldHaveSingleItem().Id.ShouldBe(low.Id);
        var employee = await database.Landscape.EmployeeAsync(mine.Id);
        await Should.ThrowAsync<AccessDenied>(() => database.As<ReadBalances>(employee.Id).RunAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Everybody_reads_the_own_notices_and_a_stranger_has_no_contract()
    {
        var stranger = await database.Landscape.PersonAsync();
        (await database.As<ReadOwnNotices>(stranger.Id).RunAsync(CancellationToken.None)).RunningContracts.ShouldBe(0);
        await Should.ThrowAsync<NotSignedIn>(() => database.As<ReadOwnNotices>((PersonId?)null).RunAsync(CancellationToken.None));

        var customer = await database.Landscape.CustomerAsync();
        await EmployUntilAsync(customer.Id, stranger.Id, database.Landscape.Today.AddDays(30));
        var notices = await database.As<ReadOwnNotices>(stranger.Id).RunAsync(CancellationToken.None);
        notices.RunningContracts.ShouldBe(1);
        notices.Ending.ShouldHaveSingleItem().Customer.ShouldBe(customer.Name);
    }

    [Fact]
    public async Task First_steps_are_shown_to_who_creates_customers()
    {
        var story = await ExecutionStory.BeginAsync(database);
        await story.RecordAsync((await story.ProgramAsync()).Id);

        var steps = await database.As<ReadFirstSteps>(database.Landscape.Administrator.Id).RunAsync(CancellationToken.None);

        (steps.HasCustomer, steps.HasProgram, steps.HasCustomerProgram, steps.HasExecution, steps.HasApiKey).ShouldBe((true, true, true, true, false));
        await Should.ThrowAsync<AccessDenied>(() => database.As<ReadFirstSteps>(story.Recorder.Id).RunAsync(CancellationToken.None));
    }

    private async Task WarnAsync(TimeAccountId id, long below)
    {
        await using var db = database.Open();
        var account = (await db.TimeAccounts.FindAsync(id))!;
        account.Change(account.Name, account.Overdraft, new Seconds(below));
        await db.SaveChangesAsync();
    }

    private async Task EmployUntilAsync(CustomerId customer, PersonId person, DateOnly until)
    {
        await using var db = database.Open();
        db.Add(EmployeeContract.Begin(customer, person, database.Landscape.Today, until, person, database.Clock.GetUtcNow()));
        await db.SaveChangesAsync();
    }

    private static DateTimeOffset Berlin(int year, int month, int day, int hour) => BusinessTime.StartOf(new(year, month, day)).AddHours(hour);
}
