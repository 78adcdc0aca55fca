using System.Text;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Data.Statements;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Statements;
using NadooIt.Tests.Executions;
using NadooIt.Tests.Support;
using NadooIt.Web.Shared;
using NadooIt.Web.Statements;

namespace NadooIt.Tests.Statements;

public sealed class MoneyStatementTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateOnly October = new(2026, 10, 1);
    private static readonly DateOnly November = new(2026, 11, 1);

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(ReadMoneyStatement), Ability.ViewExecutions, (database, person, customer) =>
            database.As<ReadMoneyStatement>(person).RunAsync(new(customer, November), None)),
        new(typeof(ListMoneyLines), Ability.ViewExecutions, (database, person, customer) =>
            database.As<ListMoneyLines>(person).RunAsync(new(customer, November, null, false, null, new()), None)),
        new(typeof(ExportMoneyStatement), Ability.ViewExecutions, async (database, person, customer) =>
            await (await database.As<ExportMoneyStatement>(person).RunAsync(customer, November, None)).CountAsync()),
        new(typeof(ListCustomerMoney), Ability.ViewExecutions, async (database, person, customer) =>
        {
            var page = (await database.As<ListCustomerMoney>(person).RunAsync(new(null, false, new(Size: 200)), None)).Page;
            _ = page.Rows.FirstOrDefault(row => row.Id == customer) ?? throw PermissionTable.NotListed;
        }),
        new(typeof(PayOut), Ability.MarkPayments, async (database, person, customer) =>
        {
            await OweAsync(database, customer, 1_000_000);
            await (await database.AsTouchedAsync<PayOut>(person)).RunAsync(new(NewId.At<TransferId>(database.Clock.GetUtcNow()), customer, 1m, "Test"), None);
        }),
    ];

    public static TheoryData<string> Names => PermissionTable.Names(Permissions);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Only_the_right_ability_at_the_right_customer_opens(string name) =>
        PermissionTable.CheckAsync(database, Permissions.Single(row => row.Name == name));

    [Fact]
    public async Task Months_join_and_every_figure_is_the_sum_of_its_rows()
    {
        var (story, later) = await TwoMonthsAsync();

        var october = await StatementAsync(story, October);
        var november = await StatementAsync(story, November);

        (october.Total.Opening.Amount, october.Total.Billed.Amount, october.Total.Closing.Amount).ShouldBe((0m, 3.80m, 3.80m));
        (november.Total.Opening.Amount, november.Total.Billed.Amount, november.Total.Paid.Amount, november.Total.Reversed.Amount, november.Total.Closing.Amount)
            .ShouldBe((3.80m, 0.70m, 1.00m, 1.50m, 2.00m));
        (november.Owed.Billed.Amount, november.Owed.Paid.Amount, november.Owed.Closing.Amount).ShouldBe((1.00m, 0.25m, 0.75m));
        (november.OpenNow, november.OwedNow).ShouldBe((november.Total.Closing, november.Owed.Closing));
        foreach (var (month, statement) in new[] { (October, october), (November, november) })
        {
            (statement.Total.Opening + statement.Total.Billed - statement.Total.Paid - statement.Total.Reversed).ShouldBe(statement.Total.Closing);
            await ShouldBeItsRowsAsync(story, month, null, statement.Total);
            foreach (var row in statement.Programs)
            {
                await ShouldBeItsRowsAsync(story, month, row.Program, row);
            }
        }

        var corrections = november.Corrections.ToDictionary(correction => correction.Record.Kind);
        corrections[StatusRecordKind.Reversal].RecordedAt.ShouldBeLessThan(BusinessTime.StartOf(November));
        corrections[StatusRecordKind.Refund].Record.ExecutionId.ShouldBe(later.Id);
        october.Corrections.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_hold_every_line_once_and_paper_holds_them_all()
    {
        var (story, _) = await TwoMonthsAsync();
        var seen = new List<TransferId>();
        for (var number = 1; number <= 2; number++)
        {
            var page = (await LinesAsync(story, November, new PageRequest(number, Size: 2))).Page;
            page.Total.ShouldBe(3);
            seen.AddRange(page.Rows.Select(line => line.Id));
        }

        seen.Distinct().Count().ShouldBe(3);
        (await LinesAsync(story, November, null)).Page.Rows.Select(line => line.Id).ShouldBe(seen);
    }

    [Fact]
    public async Task The_file_holds_every_line_in_both_profiles_and_is_audited()
    {
        var (story, _) = await TwoMonthsAsync();
        using var stream = new MemoryStream();
        var rows = await database.As<ExportMoneyStatement>(story.Recorder.Id).RunAsync(story.Customer, November, None);
        await Csv.WriteAsync(stream, MoneyCsv.Columns, rows, ExportProfile.Machine, None);
        var records = Encoding.UTF8.GetString(stream.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        // Three of the programs, and the refund and the payout of what is owed.
        records.Length.ShouldBe(1 + 5);
        records[0].ShouldStartWith("account,customer_program_id,position,booked_at,kind");
        records.ShouldContain(record => record.Contains(",payout,", StringComparison.Ordinal) && record.Contains(",-0.250000,0.750000,", StringComparison.Ordinal));
        records.ShouldContain(record => record.EndsWith(",'=cmd", StringComparison.Ordinal));

        using var german = new MemoryStream();
        await Csv.WriteAsync(german, MoneyCsv.Columns, await database.As<ExportMoneyStatement>(story.Recorder.Id).RunAsync(story.Customer, November, None), ExportProfile.Excel, None);
        Encoding.UTF8.GetString(german.ToArray()).ShouldSatisfyAllConditions(
            text => text[0].ShouldBe('\uFEFF'), text => text.ShouldContain(";Auszahlung;"), text => text.ShouldContain(";-0,250000;0,750000;"));
        await using var db = database.Open();
        (await db.AuditEntries.CountAsync(entry => entry.CustomerId == story.Customer && entry.Subject == ExportMoneyStatement.AuditSubject)).ShouldBe(2);
    }

    [Fact]
    public async Task No_more_is_paid_out_than_is_owed_and_nothing_twice()
    {
        var story = await ExecutionStory.BeginAsync(database);
        await OweAsync(database, story.Customer, 1_000_000);
        var id = NewTransfer();

        await RefusedAsync(StatementRefusals.MoreThanOwed, () => PayOutAsync(story, NewTransfer(), 1.000001m));
        await RefusedAsync(StatementRefusals.AmountInvalid, () => PayOutAsync(story, NewTransfer(), 0.0000001m));
        await RefusedAsync(StatementRefusals.AmountInvalid, () => PayOutAsync(story, NewTransfer(), -1m));
        await RefusedAsync(KeyRefusals.FreshTouchNeeded, () =>
            database.As<PayOut>(database.Landscape.Administrator.Id).RunAsync(new(id, story.Customer, 1m, "Stale"), None));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PayOutAsync(story, id, 0.4m)));
        (await StatementAsync(story, November)).OwedNow.Amount.ShouldBe(0.6m);
        await RefusedAsync(LedgerRefusals.BookedDifferently, () => PayOutAsync(story, id, 0.5m));
    }

    /// <summary>
    /// October: billed 1.00, 1.50 and 1.30. November: billed 0.70; the 1.00 is paid and refunded, the 1.50 reversed, 0.25 paid
    /// out; what was refunded stood open no more.
    /// </summary>
    private async Task<(ExecutionStory Story, Execution Refunded)> TwoMonthsAsync()
    {
        database.Clock.Set(new(2026, 10, 14, 8, 0, 0, TimeSpan.Zero));
        var story = await ExecutionStory.BeginAsync(database);
        var (first, second) = (await story.ProgramAsync(), await story.ProgramAsync());
        var refunded = await story.RecordAsync(first.Id, 100);
        var reversed = await story.RecordAsync(second.Id, 150);
        await story.RecordAsync(first.Id, 130);

        database.Clock.Set(new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero));
        await story.RecordAsync(second.Id, 70, reference: "=cmd");
        var operators = database.Landscape.Administrator.Id;
        await (await database.AsTouchedAsync<MarkExecutionsPaid>(operators)).RunAsync(new([refunded.Id], null), None);
        await (await database.AsTouchedAsync<RefundExecution>(operators)).RunAsync(refunded.Id, "Did not work", None);
        await (await database.AsTouchedAsync<ReverseExecution>(story.Recorder.Id)).RunAsync(reversed.Id, "=cmd", None);
        await PayOutAsync(story, NewTransfer(), 0.25m);
        return (story, refunded);
    }

    private async Task ShouldBeItsRowsAsync(ExecutionStory story, DateOnly month, CustomerProgramId? program, ReadMoneyStatement.Row row)
    {
        foreach (var (kind, figure) in new[] { (TransferKind.Execution, row.Billed.Amount), (TransferKind.Payment, -row.Paid.Amount), (TransferKind.Reversal, -row.Reversed.Amount) })
        {
            var lines = await database.As<ListMoneyLines>(story.Recorder.Id).RunAsync(new(story.Customer, month, program, false, kind, null), None);
            lines.Sum.Amount.ShouldBe(figure);
            lines.Page.Rows.Sum(line => line.Amount.Amount).ShouldBe(figure);
            lines.Page.Rows.ShouldAllBe(line => Math.Abs(line.Amount.Amount) == line.Execution!.Billed.Value * line.Execution.Rate.Amount);
        }
    }

    private Task<ReadMoneyStatement.Result> StatementAsync(ExecutionStory story, DateOnly month) =>
        database.As<ReadMoneyStatement>(story.Recorder.Id).RunAsync(new(story.Customer, month), None);

    private Task<ListMoneyLines.Result> LinesAsync(ExecutionStory story, DateOnly month, PageRequest? page) =>
        database.As<ListMoneyLines>(story.Recorder.Id).RunAsync(new(story.Customer, month, null, false, null, page), None);

    private async Task PayOutAsync(ExecutionStory story, TransferId id, decimal amount) =>
        await (await database.AsTouchedAsync<PayOut>(database.Landscape.Administrator.Id)).RunAsync(new(id, story.Customer, amount, "Bank"), None);

    private TransferId NewTransfer() => NewId.At<TransferId>(database.Clock.GetUtcNow());

    private static async Task OweAsync(TestDatabase database, CustomerId customer, long millionths)
    {
        await using var db = database.Open();
        await db.OpenOwedOnceAsync(customer, None);
        var owed = await db.LedgerAccounts.SingleAsync(ledger => ledger.Id == BookedExecution.OwedTo(customer));
        var now = database.Clock.GetUtcNow();
        db.Add(owed.Debit(millionths, LedgerBoundary.Revenue, new Booking(NewId.At<TransferId>(now), TransferKind.Refund, database.Landscape.Administrator.Id, now)));
        await db.SaveChangesAsync();
    }

    private static async Task RefusedAsync(Refusal refusal, Func<Task> act) => (await Should.ThrowAsync<Refused>(act)).Refusal.ShouldBe(refusal);
}
