using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Ledger;
using NadooIt.Data.Notices;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Notices;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Ledger;

/// <summary>The check in the background: its result is kept, what does not fit is told, and one node does it.</summary>
public sealed class BalanceCheckTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    private PersonId Operator => database.Landscape.Administrator.Id;

    [Fact]
    public async Task A_check_that_was_asked_for_is_run_and_names_what_does_not_fit()
    {
        var account = await database.Landscape.TimeAccountAsync((await database.Landscape.CustomerAsync()).Id, 60);

        var sound = await CheckedAsync();
        (sound.IsSound, sound.RequestedBy).ShouldBe((true, Operator));
        sound.Lines.ShouldBePositive();

        await SetBalanceAsync(account.LedgerAccountId, 61);
        var found = await CheckedAsync();
        found.Finding!.ShouldContain(nameof(LedgerFault.BalanceDiffers));
        found.Finding!.ShouldContain(account.Id.ToString());
        (await database.As<ListNotices>(Operator).RunAsync(new(false, new PageRequest()), None)).Rows
            .ShouldContain(notice => notice.Kind == NoticeKind.LedgerDoesNotFit && notice.Subject == found.Id.Value);

        await SetBalanceAsync(account.LedgerAccountId, 60);
        (await CheckedAsync()).IsSound.ShouldBeTrue();
    }

    [Fact]
    public async Task By_itself_it_runs_when_the_last_one_is_long_ago()
    {
        await CheckedAsync();
        var before = await CountAsync();
        await RunAsync();
        (await CountAsync()).ShouldBe(before);

        database.Clock.Advance(BalanceChecker.Interval);
        await RunUntilAsync(async () => await CountAsync() > before);
    }

    [Fact]
    public async Task One_that_died_with_its_node_is_begun_again()
    {
        await using (var db = database.Open())
        {
            var died = BalanceCheck.Request(null, database.Clock.GetUtcNow());
            died.Start(database.Clock.GetUtcNow());
            db.Add(died);
            await db.SaveChangesAsync();
        }

        await RunUntilAsync(async () => (await ReadAsync()).Open is null);
    }

    private async Task<BalanceCheck> CheckedAsync()
    {
        // The regular check, which is due at first, is not the one that is asked for.
        await RunUntilAsync(async () => await ReadAsync() is { Last: not null, Open: null });
        database.Clock.Advance(TimeSpan.FromSeconds(1));
        await database.As<RequestBalanceCheck>(Operator).RunAsync(None);
        await RunUntilAsync(async () => (await ReadAsync()).Open is null);
        return (await ReadAsync()).Last!;
    }

    private Task<ReadBalanceCheck.Result> ReadAsync() => database.As<ReadBalanceCheck>(Operator).RunAsync(None);

    private Task RunAsync() => database.As<BalanceChecker>((PersonId?)null).RunDueAsync(None);

    /// <summary>The background service may be at it at this very moment; then its turn counts.</summary>
    private async Task RunUntilAsync(Func<Task<bool>> isDone)
    {
        do
        {
            await RunAsync();
        }
        while (!await isDone());
    }

    private async Task<int> CountAsync()
    {
        await using var db = database.Open();
        return await db.BalanceChecks.CountAsync(check => check.FinishedAt != null);
    }

    private async Task SetBalanceAsync(LedgerAccountId account, long balance)
    {
        await using var db = database.Open();
        await db.LedgerAccounts.Where(found => found.Id == account).ExecuteUpdateAsync(set => set.SetProperty(found => found.Balance, balance));
    }
}
