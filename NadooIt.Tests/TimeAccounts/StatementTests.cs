using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.TimeAccounts;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.TimeAccounts;

public sealed class StatementTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Landscape landscape = database.Landscape;

    [Fact]
    public async Task Opening_and_lines_make_the_closing_balance_in_any_period()
    {
        var (account, lines) = await HistoryAsync(400, new Random(7));
        var random = new Random(11);
        for (var trial = 0; trial < 60; trial++)
        {
            var from = Begin.AddMinutes(random.Next(-1_000, 500_000));
            var to = from.AddMinutes(random.Next(0, 200_000));
            var within = lines.Where(line => line.BookedAt >= from && line.BookedAt < to).ToList();

            var statement = await ReadAsync(account, new Period(from, to), new PageRequest(Size: 200));
            statement.Opening.Value.ShouldBe(lines.Where(line => line.BookedAt < from).Sum(line => line.SignedAmount));
            statement.Closing.Value.ShouldBe(statement.Opening.Value + within.Sum(line => line.SignedAmount));
            statement.Lines.Total.ShouldBe(within.Count);
        }
    }

    [Fact]
    public async Task Pages_carry_on_where_the_one_before_ended()
    {
        var (account, lines) = await HistoryAsync(95, new Random(3));
        var period = new Period(lines[10].BookedAt, lines[90].BookedAt);
        var whole = await ReadAsync(account, period, new PageRequest(Size: 200));
        whole.Lines.Rows.Select(line => line.Id).ShouldBe(lines.Skip(10).Take(80).Select(line => line.Id));

        var running = whole.Opening;
        for (var number = 1; number <= 9; number++)
        {
            var page = await ReadAsync(account, period, new PageRequest(number, Size: 9));
            page.CarriedForward.ShouldBe(running);
            page.Lines.Rows.Select(line => line.Id).ShouldBe(whole.Lines.Rows.Skip((number - 1) * 9).Take(9).Select(line => line.Id));
            foreach (var line in page.Lines.Rows)
            {
                running += line.Amount;
                line.BalanceAfter.ShouldBe(running);
            }

            page.CarriedOver.ShouldBe(running);
            page.Opening.ShouldBe(whole.Opening);
        }

        running.ShouldBe(whole.Closing);
    }

    [Fact]
    public async Task An_empty_account_and_an_empty_period_have_a_statement_too()
    {
        var account = await landscape.TimeAccountAsync((await landscape.CustomerAsync()).Id);
        var empty = await ReadAsync(account.Id, Period.Always, new PageRequest());
        (empty.Opening, empty.Closing, empty.Lines.Total).ShouldBe((Seconds.Zero, Seconds.Zero, 0));

        var (used, lines) = await HistoryAsync(5, new Random(1));
        var later = await ReadAsync(used, new Period(lines[^1].BookedAt.AddYears(1), null), new PageRequest());
        later.Lines.Rows.ShouldBeEmpty();
        later.Opening.Value.ShouldBe(lines.Sum(line => line.SignedAmount));
        later.Closing.ShouldBe(later.Opening);
    }

    [Fact]
    public async Task A_line_says_who_and_why_and_a_move_names_the_other_account()
    {
        var account = await landscape.TimeAccountAsync((await landscape.CustomerAsync()).Id, 500);
        var other = await landscape.TimeAccountAsync(account.CustomerId);
        var id = NewId.At<TransferId>(database.Clock.GetUtcNow());
        await (await database.AsTouchedAsync<MoveTime>(landscape.Administrator.Id)).RunAsync(new(id, account.Id, other.Id, new Seconds(20), "For the workshop"), CancellationToken.None);

        var sent = (await ReadAsync(account.Id, Period.Always, new PageRequest())).Lines.Rows[^1];
        var got = (await ReadAsync(other.Id, Period.Always, new PageRequest())).Lines.Rows[^1];

        (sent.Amount.Value, sent.OtherAccount, sent.OtherAccountName).ShouldBe((-20, other.Id, other.Name));
        (got.Amount.Value, got.OtherAccount, got.OtherAccountName).ShouldBe((20, account.Id, account.Name));
        (sent.By, sent.Note, sent.Kind).ShouldBe((landscape.Administrator.DisplayName, "For the workshop", TransferKind.Move));
    }

    private async Task<(TimeAccountId Account, List<Transfer> Lines)> HistoryAsync(int count, Random random)
    {
        var account = await landscape.TimeAccountAsync((await landscape.CustomerAsync()).Id);
        await using var db = database.Open();
        var ledger = await db.LedgerAccounts.SingleAsync(ledger => ledger.Id == account.LedgerAccountId);
        var at = Begin;
        for (var number = 0; number < count; number++)
        {
            at = at.AddMinutes(random.Next(0, 2_000));
            var booking = new Booking(NewId.At<TransferId>(at), TransferKind.Correction, landscape.Administrator.Id, at, null, $"Line {number}");
            var amount = random.Next(1, 5_000);
            db.Add(random.Next(3) > 0 || ledger.Available < amount
                ? ledger.Credit(amount, LedgerBoundary.TimeCorrected, booking)
                : ledger.Debit(amount, LedgerBoundary.TimeCorrected, booking));
        }

        await db.SaveChangesAsync();
        return (account.Id, await db.Transfers.AsNoTracking().Where(line => line.ChainAccountId == ledger.Id).OrderBy(line => line.ChainPosition).ToListAsync());
    }

    private Task<ReadStatement.Result> ReadAsync(TimeAccountId account, Period period, PageRequest page) =>
        database.As<ReadStatement>(landscape.Administrator.Id).RunAsync(new(account, period, page), CancellationToken.None);
}
