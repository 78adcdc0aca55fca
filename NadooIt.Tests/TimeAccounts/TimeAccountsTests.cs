using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.TimeAccounts;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.TimeAccounts;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.TimeAccounts;

public sealed class TimeAccountsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly Landscape landscape = database.Landscape;

    [Fact]
    public async Task Open_buy_correct_move_close()
    {
        var customer = await landscape.CustomerAsync();
        var id = await database.As<OpenTimeAccount>(landscape.Administrator.Id).RunAsync(new(customer.Id, " Stock ", Seconds.Zero, Seconds.FromHours(1)), None);
        var other = await landscape.TimeAccountAsync(customer.Id);

        await BuyAsync(id, 7_200, "Invoice 4711");
        await CorrectAsync(id, -200, "Counted twice");
        await MoveAsync(id, other.Id, 6_000);

        var account = await ReadAsync(id);
        account.Name.ShouldBe("Stock");
        account.Balance.Value.ShouldBe(1_000);
        account.IsLow.ShouldBeTrue();
        account.Lines.ShouldBe(3);
        (await ReadAsync(other.Id)).Balance.Value.ShouldBe(6_000);

        await RefusedAsync(TimeAccountRefusals.NotEmpty, () => CloseAsync(id, account.Version));
        await MoveAsync(id, other.Id, 1_000);
        await CloseAsync(id, (await ReadAsync(id)).Version);
        (await ReadAsync(id)).ClosedAt.ShouldNotBeNull();
        await RefusedAsync(TimeAccountRefusals.Closed, () => BuyAsync(id, 1, null));
        await RefusedAsync(TimeAccountRefusals.Closed, () => MoveAsync(other.Id, id, 1));
    }

    [Fact]
    public async Task The_same_form_sent_again_books_nothing_more()
    {
        var account = await AccountAsync(0);
        var other = await landscape.TimeAccountAsync(account.CustomerId);
        var (bought, corrected, moved) = (NewTransfer(), NewTransfer(), NewTransfer());

        for (var click = 0; click < 3; click++)
        {
            await BuyAsync(account.Id, 100, "Once", bought);
            await CorrectAsync(account.Id, -10, "Once", corrected);
            await MoveAsync(account.Id, other.Id, 30, moved);
        }

        (await ReadAsync(account.Id)).Balance.Value.ShouldBe(60);
        (await ReadAsync(account.Id)).Lines.ShouldBe(3);
        (await ReadAsync(other.Id)).Balance.Value.ShouldBe(30);
        await RefusedAsync(LedgerRefusals.BookedDifferently, () => BuyAsync(account.Id, 101, "Once", bought));
        await RefusedAsync(LedgerRefusals.BookedDifferently, () => BuyAsync(other.Id, 100, "Once", bought));
        (await ReadAsync(account.Id)).Balance.Value.ShouldBe(60);
    }

    [Fact]
    public async Task A_double_click_at_the_same_moment_books_once()
    {
        var account = await AccountAsync(0);
        var id = NewTransfer();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => BuyAsync(account.Id, 100, null, id)));

        (await ReadAsync(account.Id)).Balance.Value.ShouldBe(100);
    }

    [Fact]
    public async Task One_id_sent_to_many_accounts_and_customers_at_once_is_booked_once_and_refused_in_words()
    {
        for (var round = 0; round < 5; round++)
        {
            var (first, foreign) = (await AccountAsync(0), await AccountAsync(0));
            var second = await landscape.TimeAccountAsync(first.CustomerId);
            var id = NewTransfer();

            var outcomes = await Task.WhenAll(new[] { first, second, foreign }.SelectMany(account => new[] { account, account }).Select(async account =>
            {
                try
                {
                    await BuyAsync(account.Id, 100, null, id);
                    return null;
                }
                catch (Refused refused)
                {
                    return refused.Refusal;
                }
            }));

            outcomes.OfType<Refusal>().ShouldAllBe(refusal => refusal == LedgerRefusals.BookedDifferently);
            outcomes.Count(outcome => outcome is null).ShouldBe(2, "the same account twice is a repetition");
            var balances = new[] { first, second, foreign }.Select(async account => (await ReadAsync(account.Id)).Balance.Value);
            (await Task.WhenAll(balances)).Sum().ShouldBe(100);
        }
    }

    [Fact]
    public async Task Thirty_two_debits_at_once_lose_no_second()
    {
        var account = await AccountAsync(10_000);
        var results = await Task.WhenAll(Enumerable.Range(1, 32).Select(async number =>
        {
            try
            {
                await CorrectAsync(account.Id, -500, $"Parallel {number}");
                return true;
            }
            catch (Refused refused) when (refused.Refusal == TimeAccountRefusals.BelowLimit)
            {
                return false;
            }
        }));

        results.Count(went => went).ShouldBe(20);
        await using var db = database.Open();
        var lines = await db.Transfers.Where(line => line.ChainAccountId == account.LedgerAccountId).OrderBy(line => line.ChainPosition).ToListAsync();
        var ledger = await db.LedgerAccounts.SingleAsync(ledger => ledger.Id == account.LedgerAccountId);
        ledger.Balance.ShouldBe(0);
        lines.Sum(line => line.SignedAmount).ShouldBe(0);
        lines.Select(line => line.ChainPosition).ShouldBe(Enumerable.Range(1, 21).Select(position => (long)position));
    }

    [Fact]
    public async Task Moves_in_both_directions_at_once_neither_block_nor_lose()
    {
        var left = await AccountAsync(1_000);
        var right = await landscape.TimeAccountAsync(left.CustomerId, 1_000);

        await Task.WhenAll(Enumerable.Range(0, 24).Select(number =>
            number % 2 == 0 ? MoveAsync(left.Id, right.Id, 3) : MoveAsync(right.Id, left.Id, 5)));

        (await ReadAsync(left.Id)).Balance.Value.ShouldBe(1_000 - (12 * 3) + (12 * 5));
        (await ReadAsync(right.Id)).Balance.Value.ShouldBe(1_000 + (12 * 3) - (12 * 5));
    }

    [Fact]
    public async Task A_correction_goes_down_to_the_limit_and_needs_a_reason()
    {
        var account = await AccountAsync(100, overdraft: 50);

        await RefusedAsync(TimeAccountRefusals.BelowLimit, () => CorrectAsync(account.Id, -151, "Too much"));
        await RefusedAsync(TimeAccountRefusals.ReasonInvalid, () => CorrectAsync(account.Id, -1, "  "));
        await RefusedAsync(TimeAccountRefusals.AmountInvalid, () => CorrectAsync(account.Id, 0, "Nothing"));
        await CorrectAsync(account.Id, -150, "All of it");
        (await ReadAsync(account.Id)).Balance.Value.ShouldBe(-50);
    }

    [Fact]
    public async Task Time_moves_only_between_different_accounts_of_one_customer()
    {
        var account = await AccountAsync(100);
        var foreign = await AccountAsync(0);

        await RefusedAsync(TimeAccountRefusals.TransferInvalid, () => MoveAsync(account.Id, foreign.Id, 1));
        await RefusedAsync(TimeAccountRefusals.TransferInvalid, () => MoveAsync(account.Id, account.Id, 1));
    }

    [Fact]
    public async Task The_ledgers_limit_follows_the_overdraft()
    {
        var account = await AccountAsync(0);
        var version = (await ReadAsync(account.Id)).Version;
        await database.As<ChangeTimeAccount>(landscape.Administrator.Id).RunAsync(new(account.Id, "Lent", new Seconds(40), null, version), None);

        await CorrectAsync(account.Id, -40, "Uses what is lent");
        await RefusedAsync(TimeAccountRefusals.BelowLimit, () => CorrectAsync(account.Id, -1, "Beyond"));
        await RefusedAsync(CommonRefusals.ChangedMeanwhile, () =>
            database.As<ChangeTimeAccount>(landscape.Administrator.Id).RunAsync(new(account.Id, "Old", Seconds.Zero, null, version), None));
    }

    [Fact]
    public async Task Only_who_sells_time_lends_it()
    {
        var customer = await landscape.CustomerAsync();
        var manager = await landscape.EmployeeAsync(customer.Id, Ability.OpenTimeAccounts);

        await RefusedAsync(TimeAccountRefusals.OverdraftNotAllowed, () =>
            database.As<OpenTimeAccount>(manager.Id).RunAsync(new(customer.Id, "Own", new Seconds(1), null), None));
        var id = await database.As<OpenTimeAccount>(manager.Id).RunAsync(new(customer.Id, "Own", Seconds.Zero, null), None);
        await RefusedAsync(TimeAccountRefusals.OverdraftNotAllowed, async () =>
            await database.As<ChangeTimeAccount>(manager.Id).RunAsync(new(id, "Own", new Seconds(1), null, (await ReadAsync(id)).Version), None));
        await database.As<ChangeTimeAccount>(manager.Id).RunAsync(new(id, "Renamed", Seconds.Zero, new Seconds(5), (await ReadAsync(id)).Version), None);
    }

    [Fact]
    public async Task Booking_time_asks_for_a_fresh_touch()
    {
        var account = await AccountAsync(0);
        var stale = await database.AsTouchedAsync<BuyTime>(landscape.Administrator.Id);
        var start = database.Clock.GetUtcNow();
        database.Clock.Advance(TimeSpan.FromMinutes(6));
        try
        {
            await RefusedAsync(KeyRefusals.FreshTouchNeeded, () => stale.RunAsync(new(NewTransfer(), account.Id, new Seconds(1), null), None));
        }
        finally
        {
            database.Clock.Set(start);
        }

        await BuyAsync(account.Id, 1, null);
    }

    [Fact]
    public async Task The_list_sums_what_it_shows_and_marks_what_runs_low()
    {
        var customer = await landscape.CustomerAsync();
        var low = await database.As<OpenTimeAccount>(landscape.Administrator.Id).RunAsync(new(customer.Id, "Low", Seconds.Zero, new Seconds(100)), None);
        await BuyAsync(low, 99, null);
        await landscape.TimeAccountAsync(customer.Id, 1_000);

        var all = await ListAsync(customer.Id, false);
        var onlyLow = await ListAsync(customer.Id, true);

        all.Sum.Value.ShouldBe(1_099);
        all.Page.Total.ShouldBe(2);
        onlyLow.Page.Rows.ShouldHaveSingleItem().Id.ShouldBe(low);
        onlyLow.Sum.Value.ShouldBe(99);
        all.Places.ShouldContain(place => place.Id == customer.Id);

        Task<ListTimeAccounts.Result> ListAsync(CustomerId of, bool isLow) =>
            database.As<ListTimeAccounts>(landscape.Administrator.Id).RunAsync(new(of, false, isLow, null, new PageRequest(Sort: "balance", Descending: true)), None);
    }

    private async Task<TimeAccount> AccountAsync(long seconds, long overdraft = 0) =>
        await landscape.TimeAccountAsync((await landscape.CustomerAsync()).Id, seconds, overdraft);

    private TransferId NewTransfer() => NewId.At<TransferId>(database.Clock.GetUtcNow());

    private Task<ReadTimeAccount.Result> ReadAsync(TimeAccountId id) => database.As<ReadTimeAccount>(landscape.Administrator.Id).RunAsync(id, None);

    private Task CloseAsync(TimeAccountId id, uint version) => database.As<CloseTimeAccount>(landscape.Administrator.Id).RunAsync(id, version, None);

    private async Task BuyAsync(TimeAccountId id, long seconds, string? note, TransferId? transfer = null) =>
        await (await database.AsTouchedAsync<BuyTime>(landscape.Administrator.Id)).RunAsync(new(transfer ?? NewTransfer(), id, new Seconds(seconds), note), None);

    private async Task CorrectAsync(TimeAccountId id, long seconds, string reason, TransferId? transfer = null) =>
        await (await database.AsTouchedAsync<CorrectTime>(landscape.Administrator.Id)).RunAsync(new(transfer ?? NewTransfer(), id, new Seconds(seconds), reason), None);

    private async Task MoveAsync(TimeAccountId from, TimeAccountId to, long seconds, TransferId? transfer = null) =>
        await (await database.AsTouchedAsync<MoveTime>(landscape.Administrator.Id)).RunAsync(new(transfer ?? NewTransfer(), from, to, new Seconds(seconds), "Move"), None);

    private static async Task RefusedAsync(Refusal refusal, Func<Task> call) => (await Should.ThrowAsync<Refused>(call)).Refusal.ShouldBe(refusal);
}
