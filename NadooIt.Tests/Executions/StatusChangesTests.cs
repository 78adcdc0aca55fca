using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Executions;
using NadooIt.Data.Ledger;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Executions;

/// <summary>Paying, reversing and refunding on the real database: one after the other and all at once.</summary>
public sealed class StatusChangesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_reversal_puts_everything_back_where_it_came_from()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var (first, second) = (await story.AccountAsync(40), await story.AccountAsync(20));
        var program = await story.ProgramAsync(0.01m, 60, first.Id, second.Id);
        var kept = await story.RecordAsync(program.Id, 10);
        var execution = await story.RecordAsync(program.Id, 100);

        await ReverseAsync(story, execution.Id);

        (await story.BalanceAsync(first), await story.BalanceAsync(second)).ShouldBe((30, 20));
        var shown = await database.As<ReadExecution>(story.Recorder.Id).RunAsync(execution.Id, None);
        shown.Facts.Status.ShouldBe(ExecutionStatus.Reversed);
        var record = shown.Records.ShouldHaveSingleItem();
        (record.Record.By, record.Record.Reason, record.IsByOperator).ShouldBe((story.Recorder.Id, "Ran by mistake", false));
        record.By.ShouldBe(story.Recorder.DisplayName);
        (await ProgressAsync(program.Id)).ShouldBe(kept.Saved);
        var sums = await story.SumAsync(new(CustomerProgram: program.Id));
        (sums.Counted.Count, sums.Reversed.Count, sums.Reversed.Price.Amount).ShouldBe((1, 1, 0.5m));
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_refund_owes_the_money_to_the_customer()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var account = await story.AccountAsync(40);
        var program = await story.ProgramAsync(0.01m, 60, account.Id);
        var execution = await story.RecordAsync(program.Id, 100);
        var operators = database.Landscape.Administrator.Id;

        var paid = await PayAsync(operators, execution.Id);
        (paid.Count, paid.Sum.Amount, paid.Skipped).ShouldBe((1, 0.6m, 0));
        await RefusedAsync(ExecutionRefusals.PaidNotReversible, () => ReverseAsync(story, execution.Id));
        await RefundAsync(operators, execution.Id);

        (await story.BalanceAsync(account)).ShouldBe(40);
        await using var db = database.Open();
        (await db.LedgerAccounts.SingleAsync(ledger => ledger.Id == BookedExecution.OwedTo(story.Customer))).Balance.ShouldBe(-600_000);
        (await db.LedgerAccounts.SingleAsync(ledger => ledger.Id == BookedExecution.ReceivableOf(program.Id))).Balance.ShouldBe(0);
        (await ProgressAsync(program.Id)).ShouldBe(Seconds.Zero);
        var shown = await database.As<ReadExecution>(story.Recorder.Id).RunAsync(execution.Id, None);
        shown.Records.Select(record => (record.Record.Kind, record.IsByOperator)).ShouldBe([(StatusRecordKind.Refund, true), (StatusRecordKind.Payment, true)]);
        await RefusedAsync(ExecutionRefusals.AlreadyCancelled, () => RefundAsync(operators, execution.Id));
        await story.ShouldBeSoundAsync();
        (await LedgerVerifier.RunAsync(db, null, None)).Finding.ShouldBeNull();
    }

    [Fact]
    public async Task Many_are_marked_at_once_as_the_preview_said()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var account = await story.AccountAsync(60);
        var program = await story.ProgramAsync(0.01m, 60, account.Id);
        var covered = await story.RecordAsync(program.Id);
        var open = new List<Execution>();
        for (var number = 0; number < 5; number++)
        {
            open.Add(await story.RecordAsync(program.Id, 10 + number));
        }

        await ReverseAsync(story, open[0].Id);
        var operators = database.Landscape.Administrator.Id;
        var all = open.Select(execution => execution.Id).Append(covered.Id).ToList();

        var chosen = await database.As<PreviewPayments>(operators).RunAsync(new(all, new()), None);
        var filtered = await database.As<PreviewPayments>(operators).RunAsync(new(null, new(Customer: story.Customer)), None);
        foreach (var preview in new[] { chosen, filtered })
        {
            preview.Payable.ShouldBe(open.Skip(1).Select(execution => execution.Id), ignoreOrder: true);
            preview.Sum.Amount.ShouldBe(0.50m);
            preview.Skipped.ToDictionary(skipped => skipped.Why, skipped => skipped.Count).ShouldBe(
                new Dictionary<Refusal, long> { [ExecutionRefusals.AlreadyPaid] = 1, [ExecutionRefusals.AlreadyCancelled] = 1 }, ignoreOrder: true);
            preview.Later.ShouldBe(0);
        }

        var result = await (await database.AsTouchedAsync<MarkExecutionsPaid>(operators)).RunAsync(new(all, "Invoice 4711"), None);

        (result.Count, result.Sum.Amount, result.Skipped).ShouldBe((4, 0.50m, 2));
        (await story.SumAsync(new(CustomerProgram: program.Id, Status: ExecutionStatus.Paid))).Counted.Count.ShouldBe(5);
        (await PayAllAsync(all)).ShouldBe((0, 0m, 6));
        await story.ShouldBeSoundAsync();

        async Task<(int, decimal, int)> PayAllAsync(List<ExecutionId> ids)
        {
            var again = await (await database.AsTouchedAsync<MarkExecutionsPaid>(operators)).RunAsync(new(ids, null), None);
            return (again.Count, again.Sum.Amount, again.Skipped);
        }
    }

    [Fact]
    public async Task Sixty_four_reversals_at_once_reverse_once()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var account = await story.AccountAsync(40);
        var program = await story.ProgramAsync(0.01m, 60, account.Id);
        var execution = await story.RecordAsync(program.Id, 100);

        var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => TriedAsync(() => ReverseAsync(story, execution.Id))));

        results.Count(refusal => refusal is null).ShouldBe(1);
        results.OfType<Refusal>().ShouldAllBe(refusal => refusal == ExecutionRefusals.AlreadyCancelled);
        (await story.BalanceAsync(account)).ShouldBe(40);
        await using var db = database.Open();
        (await db.StatusRecords.CountAsync(record => record.ExecutionId == execution.Id)).ShouldBe(1);
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task Recording_paying_reversing_and_refunding_at_once_lose_and_double_nothing()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var (first, second) = (await story.AccountAsync(500), await story.AccountAsync(300));
        // Drawn in opposite orders, so that only one order of locks keeps them from waiting for each other.
        var programs = new[] { await story.ProgramAsync(null, 60, first.Id, second.Id), await story.ProgramAsync(0.5m, 60, second.Id, first.Id) };
        var known = new List<Execution>();
        for (var number = 0; number < 24; number++)
        {
            known.Add(await story.RecordAsync(programs[number % 2].Id, 50));
        }

        var operators = database.Landscape.Administrator.Id;
        var work = known.SelectMany(execution => new Func<Task>[]
            {
                () => ReverseAsync(story, execution.Id), () => PayAsync(operators, execution.Id), () => RefundAsync(operators, execution.Id),
                () => story.RecordAsync(execution.CustomerProgramId, 7, reference: $"with {execution.Id}"),
            })
            .Select(TriedAsync);
        await Task.WhenAll(work);

        await story.ShouldBeSoundAsync();
        await using var db = database.Open();
        var executions = await db.Executions.AsNoTracking().Where(execution => execution.CustomerId == story.Customer).ToListAsync();
        executions.Count.ShouldBe(48);
        var counting = executions.Where(execution => execution.Status is ExecutionStatus.NotPaid or ExecutionStatus.Paid).ToList();
        (await story.BalanceAsync(first) + await story.BalanceAsync(second)).ShouldBe(800 - counting.Sum(execution => execution.Prepaid.Value));
        var ledgers = await db.LedgerAccounts.AsNoTracking().Where(ledger => ledger.CustomerId == story.Customer).ToDictionaryAsync(ledger => ledger.Id, ledger => ledger.Balance);
        foreach (var program in programs)
        {
            ledgers[BookedExecution.ReceivableOf(program.Id)].ShouldBe(
                executions.Where(execution => execution.CustomerProgramId == program.Id && execution.Status == ExecutionStatus.NotPaid).Sum(execution => execution.Price.Millionths));
        }

        ledgers[BookedExecution.OwedTo(story.Customer)].ShouldBe(
            -executions.Where(execution => execution.Status == ExecutionStatus.Refunded).Sum(execution => execution.Price.Millionths));
    }

    [Fact]
    public async Task Money_moves_only_after_a_fresh_touch()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var program = await story.ProgramAsync();
        var execution = await story.RecordAsync(program.Id);
        var operators = database.Landscape.Administrator.Id;

        await RefusedAsync(KeyRefusals.FreshTouchNeeded, () => database.As<ReverseExecution>(story.Recorder.Id).RunAsync(execution.Id, "Test", None));
        await RefusedAsync(KeyRefusals.FreshTouchNeeded, () => database.As<MarkExecutionsPaid>(operators).RunAsync(new([execution.Id], null), None));
        await RefusedAsync(KeyRefusals.FreshTouchNeeded, () => database.As<RefundExecution>(operators).RunAsync(execution.Id, "Test", None));
        await PayAsync(operators, execution.Id);
    }

    private async Task ReverseAsync(ExecutionStory story, ExecutionId execution) =>
        await (await database.AsTouchedAsync<ReverseExecution>(story.Recorder.Id)).RunAsync(execution, "Ran by mistake", None);

    private async Task<MarkExecutionsPaid.Result> PayAsync(PersonId person, ExecutionId execution) =>
        await (await database.AsTouchedAsync<MarkExecutionsPaid>(person)).RunAsync(new([execution], null), None);

    private async Task RefundAsync(PersonId person, ExecutionId execution) =>
        await (await database.AsTouchedAsync<RefundExecution>(person)).RunAsync(execution, "Did not work", None);

    private async Task<Seconds> ProgressAsync(CustomerProgramId program)
    {
        await using var db = database.Open();
        return (await db.CustomerProgramProgress.SingleAsync(progress => progress.CustomerProgramId == program)).Saved;
    }

    private static async Task<Refusal?> TriedAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (Refused refused)
        {
            return refused.Refusal;
        }
    }

    private static async Task RefusedAsync(Refusal refusal, Func<Task> act) => (await Should.ThrowAsync<Refused>(act)).Refusal.ShouldBe(refusal);
}
