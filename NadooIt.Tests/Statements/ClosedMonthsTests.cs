using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Data.Statements;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Statements;
using NadooIt.Tests.Executions;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Statements;

public sealed class ClosedMonthsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly October = new(2026, 10, 1);
    private static readonly DateTimeOffset InOctober = new(2026, 10, 31, 22, 59, 59, TimeSpan.Zero);

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(CloseMonth), Ability.MarkPayments, (database, person, customer) => database.As<CloseMonth>(person).RunAsync(new(customer, MonthOf(database), "Test"), None)),
        new(typeof(ReopenMonth), Ability.MarkPayments, async (database, person, customer) =>
        {
            await using (var db = database.Open())
            {
                if (!await db.ClosingRecords.AnyAsync(record => record.CustomerId == customer))
                {
                    await database.As<CloseMonth>(database.Landscape.Administrator.Id).RunAsync(new(customer, MonthOf(database), "Test"), None);
                }
            }

            await database.As<ReopenMonth>(person).RunAsync(new(customer, MonthOf(database), "Test"), None);
        }),
        new(typeof(ReadClosing), Ability.ViewExecutions, (database, person, customer) => database.As<ReadClosing>(person).RunAsync(customer, October, None)),
        new(typeof(ListMonths), Ability.ViewExecutions, async (database, person, customer) =>
        {
            // A customer of its own month; who sees it not counts none.
            await using var db = database.Open();
            if (!await db.ClosingRecords.AnyAsync(record => record.CustomerId == customer))
            {
                await database.As<CloseMonth>(database.Landscape.Administrator.Id).RunAsync(new(customer, MonthOf(database), "Test"), None);
            }

            if ((await database.As<ListMonths>(person).RunAsync(None))[0].Closed == 0)
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
    public void Only_a_month_that_is_over_is_closed_and_only_a_closed_one_is_opened()
    {
        var customer = NewId.At<CustomerId>(Now);
        var act = new Act(NewId.At<PersonId>(Now), NewId.At<EmployeeContractId>(Now), null, Now, " Sent ");

        Refused(StatementRefusals.MonthNotOver, () => ClosingRecord.Close(customer, new(2026, 11, 30), null, act));
        Refused(StatementRefusals.MonthNotClosed, () => ClosingRecord.Reopen(customer, October, null, act));
        Refused(ExecutionRefusals.ReasonInvalid, () => ClosingRecord.Close(customer, October, null, act with { Reason = " " }));

        var closed = ClosingRecord.Close(customer, new(2026, 10, 31), null, act);
        (closed.Month, closed.Number, closed.Kind, closed.Reason).ShouldBe((October, 1, ClosingRecordKind.Closed, "Sent"));
        Refused(StatementRefusals.MonthAlreadyClosed, () => ClosingRecord.Close(customer, October, closed, act));
        var opened = ClosingRecord.Reopen(customer, October, closed, act);
        (opened.Number, ClosingRecord.IsClosedBy(opened)).ShouldBe((2, false));
        ClosingRecord.IsClosedBy(ClosingRecord.Close(customer, October, opened, act)).ShouldBeTrue();
        // Midnight in Berlin, not in Greenwich: at half past eleven in the evening of 31 October (UTC) it is November.
        ClosingRecord.Close(customer, October, null, act with { At = new(2026, 10, 31, 23, 30, 0, TimeSpan.Zero) }).Month.ShouldBe(October);
    }

    [Fact]
    public async Task Nothing_is_recorded_in_a_closed_month_until_it_is_opened_again()
    {
        var (story, program) = await StoryAsync();
        var other = await ExecutionStory.BeginAsync(database);
        var elsewhere = await other.ProgramAsync();
        var first = await story.RecordAsync(program, 60, InOctober, "before");
        await CloseAsync(story.Customer);

        (await story.RefusedAsync(program, 60, InOctober)).ShouldBe(ExecutionRefusals.MonthClosed);
        // What was recorded before is answered again, the neighbours of the month and other customers are not touched.
        (await story.RecordAsync(program, 60, InOctober, "before")).Id.ShouldBe(first.Id);
        await story.RecordAsync(program, 60, InOctober.AddSeconds(1));
        await story.RecordAsync(program, 60, new(2026, 9, 30, 21, 59, 59, TimeSpan.Zero));
        await story.RecordAsync(program);
        await other.RecordAsync(elsewhere.Id, 60, InOctober);

        await database.As<ReopenMonth>(database.Landscape.Administrator.Id).RunAsync(new(story.Customer, October, "Forgotten run"), None);
        await story.RecordAsync(program, 60, InOctober, "afterwards");
        var closing = await database.As<ReadClosing>(story.Recorder.Id).RunAsync(story.Customer, October, None);
        closing.IsClosed.ShouldBeFalse();
        closing.Records.Select(record => (record.Kind, record.Reason, record.By))
            .ShouldBe([(ClosingRecordKind.Reopened, "Forgotten run", "Ada Administrator"), (ClosingRecordKind.Closed, "Sent", "Ada Administrator")]);
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task In_a_batch_only_what_ran_in_the_closed_month_is_refused()
    {
        var (story, program) = await StoryAsync();
        await CloseAsync(story.Customer);
        DateTimeOffset?[] moments = [InOctober, null, InOctober.AddSeconds(1), InOctober.AddDays(-40), Now.AddDays(-1)];
        var orders = moments.Select((at, number) => new RecordingOrder(
            new(NewId.At<ExecutionId>(Now), program, $"batch-{number}", 60, at, null, story.Recorder.Id, null, Now), new Reach(true, []), [])).ToList();

        await using var node = new NadooItDatabase(database.LimitedConnectionString, database.Clock);
        var results = new ExecutionBook(node).Record(orders);

        results.Select(result => result.Refusal?.Refusal).ShouldBe([ExecutionRefusals.MonthClosed, null, null, null, null]);
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_closed_month_and_recording_at_once_leave_nothing_recorded_after_it()
    {
        var (story, program) = await StoryAsync();

        var recording = Enumerable.Range(0, 24).Select(async number =>
        {
            try
            {
                await story.RecordAsync(program, 60, InOctober, $"at-once-{number}");
                return true;
            }
            catch (Refused refused) when (refused.Refusal == ExecutionRefusals.MonthClosed)
            {
                return false;
            }
        }).ToList();
        await CloseAsync(story.Customer);
        await using var db = database.Open();
        var whenClosed = await db.Executions.CountAsync(execution => execution.CustomerProgramId == program);
        var outcomes = await Task.WhenAll(recording);

        whenClosed.ShouldBe(outcomes.Count(isRecorded => isRecorded));
        (await db.Executions.CountAsync(execution => execution.CustomerProgramId == program)).ShouldBe(whenClosed);
    }

    [Fact]
    public async Task A_month_is_closed_for_all_and_the_statement_stays_whatever_is_corrected_later()
    {
        database.Clock.Set(new(2026, 8, 14, 8, 0, 0, TimeSpan.Zero));
        var story = await ExecutionStory.BeginAsync(database);
        var old = await story.RecordAsync((await story.ProgramAsync()).Id, 100);
        database.Clock.Set(Now);
        var august = new DateOnly(2026, 8, 1);
        await CloseAsync(story.Customer, august);
        var before = await StatementAsync(story, august);

        var administrator = database.Landscape.Administrator.Id;
        var count = await database.As<CloseMonth>(administrator).RunAsync(new(null, august, "All sent"), None);
        await RefusedAsync(StatementRefusals.MonthAlreadyClosed, () => database.As<CloseMonth>(administrator).RunAsync(new(null, august, "Again"), None));
        var row = (await database.As<ListMonths>(administrator).RunAsync(None)).Single(month => month.Month == august);
        (row.Closed, row.Customers).ShouldBe((count + 1, count + 1));
        await (await database.AsTouchedAsync<ReverseExecution>(story.Recorder.Id)).RunAsync(old.Id, "Did not work", None);

        (await StatementAsync(story, august)).Total.ShouldBe(before.Total);
        (await StatementAsync(story, new(2026, 11, 1))).Total.Reversed.Amount.ShouldBe(1m);
    }

    private static DateOnly MonthOf(TestDatabase database) => DaySpan.MonthOf(BusinessTime.DayOf(database.Clock.GetUtcNow())).AddMonths(-1);

    private async Task<(ExecutionStory Story, CustomerProgramId Program)> StoryAsync()
    {
        database.Clock.Set(Now);
        var story = await ExecutionStory.BeginAsync(database);
        return (story, (await story.ProgramAsync()).Id);
    }

    private Task<int> CloseAsync(CustomerId customer, DateOnly? month = null) =>
        database.As<CloseMonth>(database.Landscape.Administrator.Id).RunAsync(new(customer, month ?? October, "Sent"), None);

    private Task<ReadMoneyStatement.Result> StatementAsync(ExecutionStory story, DateOnly month) =>
        database.As<ReadMoneyStatement>(story.Recorder.Id).RunAsync(new(story.Customer, month), None);

    private static void Refused(Refusal refusal, Action act) => Should.Throw<Refused>(act).Refusal.ShouldBe(refusal);

    private static async Task RefusedAsync(Refusal refusal, Func<Task> act) => (await Should.ThrowAsync<Refused>(act)).Refusal.ShouldBe(refusal);
}
