using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Notices;
using NadooIt.Data.TimeAccounts;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;
using NadooIt.Domain.People;
using NadooIt.Domain.TimeAccounts;
using NadooIt.Tests.Executions;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.TimeAccounts;

/// <summary>Who is told that a time account runs low, and how often: once for each spell.</summary>
public sealed class BalanceWatchTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Theory]
    [InlineData(99, 0, true)]
    [InlineData(100, 0, false)]
    [InlineData(100, 300, true)]
    [InlineData(200, 300, false)]
    public void An_account_is_low_below_its_balance_or_its_days(long balance, long usedIn30Days, bool expected)
    {
        var account = TimeAccount.Open(
            NewId.At<CustomerId>(database.Clock.GetUtcNow()), "Test", Seconds.Zero, new Seconds(100), database.Clock.GetUtcNow(), warnDays: 20);

        // 300 seconds in 30 days are 10 a day: 20 days need 200.
        account.IsLow(new Seconds(balance), new Pace(new Seconds(usedIn30Days), 30)).ShouldBe(expected);
    }

    [Fact]
    public async Task Managers_of_the_account_and_sellers_are_told_once_for_each_spell()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var manager = await database.Landscape.EmployeeAsync(story.Customer, Ability.OpenTimeAccounts);
        var seller = await database.Landscape.EmployeeAsync(database.Landscape.Operator.Id, Ability.SellTime);
        var stranger = await database.Landscape.EmployeeAsync((await database.Landscape.CustomerAsync()).Id, Ability.OpenTimeAccounts);
        var account = await LevelAsync(story, 1_000, warnBelow: 500);
        var program = await story.ProgramAsync(accounts: account.Id);

        await story.RecordAsync(program.Id, 500);
        await WatchAsync();
        (await ToldAsync(account, manager)).ShouldBe(0);

        await story.RecordAsync(program.Id, 1);
        await WatchAsync();
        await story.RecordAsync(program.Id, 1);
        await WatchAsync();
        (await ToldAsync(account, manager), await ToldAsync(account, seller), await ToldAsync(account, stranger), await ToldAsync(account, story.Recorder)).ShouldBe((1, 1, 0, 0));

        var buy = await database.AsTouchedAsync<BuyTime>(seller.Id);
        await buy.RunAsync(new(NewId.At<TransferId>(database.Clock.GetUtcNow()), account.Id, new Seconds(100), null), CancellationToken.None);
        await WatchAsync();
        await story.RecordAsync(program.Id, 100);
        await WatchAsync();
        (await ToldAsync(account, manager), await ToldAsync(account, seller)).ShouldBe((2, 2));
    }

    [Fact]
    public async Task An_account_that_lasts_too_few_days_at_the_present_pace_is_told_too()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var manager = await database.Landscape.EmployeeAsync(story.Customer, Ability.OpenTimeAccounts);
        var account = await LevelAsync(story, 60_000, warnDays: 30);
        var program = await story.ProgramAsync(accounts: account.Id);

        await story.RecordAsync(program.Id, 30_000);
        await WatchAsync();
        (await ToldAsync(account, manager)).ShouldBe(0);

        // 30,001 in 30 days: what is left lasts a little less than that.
        await story.RecordAsync(program.Id, 1);
        await WatchAsync();
        (await ToldAsync(account, manager)).ShouldBe(1);
    }

    [Fact]
    public async Task Two_nodes_tell_it_once()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var manager = await database.Landscape.EmployeeAsync(story.Customer, Ability.OpenTimeAccounts);
        var account = await LevelAsync(story, 10, warnBelow: 500);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => database.As<BalanceWatch>((PersonId?)null).CheckAsync(CancellationToken.None)));
        await WatchAsync();

        (await ToldAsync(account, manager)).ShouldBe(1);
    }

    private async Task<TimeAccount> LevelAsync(ExecutionStory story, long seconds, long? warnBelow = null, int? warnDays = null)
    {
        var account = await story.AccountAsync(seconds);
        await using var db = database.Open();
        var stored = await db.TimeAccounts.SingleAsync(found => found.Id == account.Id);
        stored.Change(stored.Name, stored.Overdraft, warnBelow is { } level ? new Seconds(level) : null, warnDays);
        await db.SaveChangesAsync();
        return account;
    }

    /// <summary>The background service does the same; a round that the other one is at is repeated until this one had its turn.</summary>
    private async Task WatchAsync()
    {
        // Two looks never fall on the same instant.
        database.Clock.Advance(TimeSpan.FromSeconds(15));
        while (!await database.As<BalanceWatch>((PersonId?)null).CheckAsync(CancellationToken.None))
        {
            await Task.Yield();
        }
    }

    private async Task<int> ToldAsync(TimeAccount account, Person person)
    {
        var notices = await database.As<ListNotices>(person.Id).RunAsync(new(true, new PageRequest()), CancellationToken.None);
        return notices.Rows.Count(notice => notice.Kind == NoticeKind.TimeAccountLow && notice.Subject == account.Id.Value);
    }
}
