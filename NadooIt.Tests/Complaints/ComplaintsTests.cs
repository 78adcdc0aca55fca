using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Complaints;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Data.Ledger;
using NadooIt.Data.Notices;
using NadooIt.Domain.Complaints;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Notices;
using NadooIt.Tests.Executions;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Complaints;

/// <summary>Complaints on the real database: filing, asking, deciding, withdrawing, reopening, and what is told about it.</summary>
public sealed class ComplaintsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly Landscape landscape = database.Landscape;

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(FileComplaint), Ability.ViewExecutions, async (database, person, customer) =>
            await database.As<FileComplaint>(person).RunAsync(await RecordedAsync(database, customer), "Ran twice", None)),
        new(typeof(ListComplaints), Ability.ViewExecutions, async (database, person, customer) =>
        {
            var complaint = await FiledAsync(database, customer);
            if ((await database.As<ListComplaints>(person).RunAsync(new(null, [ComplaintStatus.Open], new(Size: 200)), None)).Rows.All(row => row.Complaint.Id != complaint))
            {
                throw PermissionTable.NotListed;
            }
        }),
        new(typeof(ReadComplaint), Ability.ViewExecutions, async (database, person, customer) =>
            await database.As<ReadComplaint>(person).RunAsync(await FiledAsync(database, customer), None)),
        new(typeof(AnswerComplaint), Ability.ViewExecutions, async (database, person, customer) =>
        {
            var complaint = await FiledAsync(database, customer, person);
            await database.As<HandleComplaint>(database.Landscape.Administrator.Id).RunAsync(complaint, "Which order?", None);
            await database.As<AnswerComplaint>(person).RunAsync(complaint, "The first", None);
        }),
        new(typeof(WithdrawComplaint), Ability.ViewExecutions, async (database, person, customer) =>
            await database.As<WithdrawComplaint>(person).RunAsync(await FiledAsync(database, customer, person), "Test", None)),
        new(typeof(ReopenComplaint), Ability.ViewExecutions, async (database, person, customer) =>
        {
            var complaint = await FiledAsync(database, customer, person);
            await (await database.AsTouchedAsync<DecideComplaint>(database.Landscape.Administrator.Id)).RunAsync(complaint, false, "Test", None);
            await database.As<ReopenComplaint>(person).RunAsync(complaint, "Look again", None);
        }),
        new(typeof(HandleComplaint), Ability.MarkPayments, async (database, person, customer) =>
            await database.As<HandleComplaint>(person).RunAsync(await FiledAsync(database, customer), null, None)),
        new(typeof(DecideComplaint), Ability.MarkPayments, async (database, person, customer) =>
            await (await database.AsTouchedAsync<DecideComplaint>(person)).RunAsync(await FiledAsync(database, customer), true, "Test", None)),
    ];

    public static TheoryData<string> Names => PermissionTable.Names(Permissions);

    /// <summary>R35: whoever sees the executions of a customer complains there, and nobody else.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public Task Only_the_right_ability_at_the_right_customer_opens(string name) =>
        PermissionTable.CheckAsync(database, Permissions.Single(row => row.Name == name));

    /// <summary>R36.</summary>
    [Fact]
    public async Task Filing_holds_the_execution_tells_NADOO_and_gives_nothing_back()
    {
        var (story, execution, balance) = await StoryAsync();

        var id = await FileAsync(story, execution);

        (await StatusAsync(execution)).ShouldBe(ExecutionStatus.Disputed);
        (await balance()).ShouldBe(0);
        var sums = await story.SumAsync(new(Customer: story.Customer));
        (sums.Counted.Count, sums.Counted.Price.Amount, sums.Reversed.Count).ShouldBe((1, 0.4m, 0));
        (await TriedAsync(() => PayAsync(execution))).ShouldBe(ExecutionRefusals.Disputed);
        (await TriedAsync(async () => await (await database.AsTouchedAsync<ReverseExecution>(story.Recorder.Id)).RunAsync(execution, "Test", None))).ShouldBe(ExecutionRefusals.Disputed);

        var told = (await InboxAsync(landscape.Administrator.Id)).Single(notice => notice.Subject == id.Value);
        (told.Kind, told.Words[0], told.Words[3]).ShouldBe((NoticeKind.ComplaintFiled, story.Recorder.DisplayName, "Ran twice"));
        (await InboxAsync(story.Recorder.Id)).ShouldBeEmpty();
        var shown = await database.As<ReadComplaint>(story.Recorder.Id).RunAsync(id, None);
        (shown.Complaint.Text, shown.Complaint.Status, shown.IsOwnSide, shown.FiledBy).ShouldBe(("Ran twice", ComplaintStatus.Open, true, story.Recorder.DisplayName));
        shown.Steps.ShouldHaveSingleItem().IsByOperator.ShouldBeFalse();
        (await database.As<ReadExecution>(story.Recorder.Id).RunAsync(execution, None)).ShouldSatisfyAllConditions(
            read => read.Complaint.ShouldBe(id), read => read.Records.ShouldHaveSingleItem().Record.Kind.ShouldBe(StatusRecordKind.Dispute));
        await using var db = database.Open();
        (await db.AuditEntries.CountAsync(entry => entry.Subject == nameof(Complaint) && entry.SubjectId == id.ToString() && entry.PersonId == story.Recorder.Id)).ShouldBe(1);
        await ShouldFitAsync(story);
    }

    /// <summary>S9.</summary>
    [Fact]
    public async Task A_complaint_is_filed_once_at_a_time_with_a_text_and_never_by_looking()
    {
        var (story, execution, _) = await StoryAsync();
        foreach (var text in new[] { "", "   ", new string('x', Complaint.LongestText + 1) })
        {
            (await TriedAsync(() => database.As<FileComplaint>(story.Recorder.Id).RunAsync(execution, text, None))).ShouldBe(ComplaintRefusals.TextInvalid);
        }

        (await TriedAsync(() => database.As<FileComplaint>(story.Recorder.Id).RunAsync(NewId.At<ExecutionId>(database.Clock.GetUtcNow()), "Test", None))).ShouldBe(ExecutionRefusals.NotFound);
        // Pages are reached by GET, and what they read changes nothing.
        await database.As<ReadExecution>(story.Recorder.Id).RunAsync(execution, None);
        (await ListAsync(story)).ShouldBeEmpty();
        (await StatusAsync(execution)).ShouldBe(ExecutionStatus.NotPaid);
        File.ReadLines(Path.Combine(Repository.Root, "docs/routes.txt")).Select(line => line.Split('\t')[1]).Where(route => route.Contains("complaint", StringComparison.OrdinalIgnoreCase))
            .ShouldBe(["/os/complaints", "/os/complaints/{Id:guid}"]);

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TriedAsync(() => FileAsync(story, execution))));

        results.Count(refusal => refusal is null).ShouldBe(1);
        results.OfType<Refusal>().ShouldAllBe(refusal => refusal == ExecutionRefusals.Disputed);
        (await ListAsync(story)).ShouldHaveSingleItem();
        await database.As<WithdrawComplaint>(story.Recorder.Id).RunAsync((await ListAsync(story)).Single().Complaint.Id, "A mistake", None);
        await FileAsync(story, execution);
        (await ListAsync(story)).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(false, ExecutionStatus.Reversed)]
    [InlineData(true, ExecutionStatus.Refunded)]
    public async Task Accepting_gives_everything_back_and_the_filer_is_told(bool isPaid, ExecutionStatus after)
    {
        var (story, execution, balance) = await StoryAsync();
        if (isPaid)
        {
            (await PayAsync(execution)).Count.ShouldBe(1);
        }

        var id = await FileAsync(story, execution);
        (await TriedAsync(() => database.As<DecideComplaint>(landscape.Administrator.Id).RunAsync(id, true, "Right", None))).ShouldBe(KeyRefusals.FreshTouchNeeded);
        (await DecideAsync(id, true, " ")).ShouldBe(ExecutionRefusals.ReasonInvalid);
        (await StatusAsync(execution)).ShouldBe(ExecutionStatus.Disputed);

        (await DecideAsync(id, true)).ShouldBeNull();

        (await StatusAsync(execution)).ShouldBe(after);
        (await balance()).ShouldBe(60);
        (await InboxAsync(landscape.Administrator.Id)).ShouldNotContain(notice => notice.Subject == id.Value);
        var told = (await InboxAsync(story.Recorder.Id)).ShouldHaveSingleItem();
        (told.Kind, told.Words[0], told.Words[3]).ShouldBe((NoticeKind.ComplaintMoved, nameof(ComplaintStatus.Accepted), "Because"));
        var shown = await database.As<ReadComplaint>(story.Recorder.Id).RunAsync(id, None);
        shown.Steps.Select(step => (step.Record.Status, step.IsByOperator)).ShouldBe([(ComplaintStatus.Accepted, true), (ComplaintStatus.Open, false)]);
        (await DecideAsync(id, false)).ShouldBe(ComplaintRefusals.Decided);
        (await TriedAsync(() => database.As<ReopenComplaint>(story.Recorder.Id).RunAsync(id, "Again", None))).ShouldBe(ComplaintRefusals.Accepted);
        (await TriedAsync(() => FileAsync(story, execution))).ShouldBe(ExecutionRefusals.AlreadyCancelled);
        await ShouldFitAsync(story);
    }

    [Fact]
    public async Task Rejected_or_withdrawn_the_execution_stands_as_before_and_within_14_days_it_is_taken_up_again()
    {
        var (story, execution, balance) = await StoryAsync();
        var id = await FileAsync(story, execution);
        (await DecideAsync(id, false)).ShouldBeNull();
        (await StatusAsync(execution), await balance()).ShouldBe((ExecutionStatus.NotPaid, 0));
        (await InboxAsync(story.Recorder.Id)).ShouldHaveSingleItem().Words[0].ShouldBe(nameof(ComplaintStatus.Rejected));
        (await PayAsync(execution)).Count.ShouldBe(1);

        database.Clock.Advance(TimeSpan.FromDays(14));
        await database.As<ReopenComplaint>(story.Recorder.Id).RunAsync(id, "Look at the log", None);
        (await StatusAsync(execution)).ShouldBe(ExecutionStatus.Disputed);
        (await TriedAsync(() => database.As<ReopenComplaint>(story.Recorder.Id).RunAsync(id, "Again", None))).ShouldBe(ComplaintRefusals.NotDecided);
        await database.As<WithdrawComplaint>(story.Recorder.Id).RunAsync(id, "Understood", None);
        (await StatusAsync(execution)).ShouldBe(ExecutionStatus.Paid);
        (await database.As<ReadComplaint>(story.Recorder.Id).RunAsync(id, None)).Steps.Select(step => step.Record.Status)
            .ShouldBe([ComplaintStatus.Withdrawn, ComplaintStatus.Open, ComplaintStatus.Rejected, ComplaintStatus.Open]);
        database.Clock.Advance(TimeSpan.FromDays(14) + TimeSpan.FromSeconds(1));
        (await TriedAsync(() => database.As<ReopenComplaint>(story.Recorder.Id).RunAsync(id, "Again", None))).ShouldBe(ComplaintRefusals.TooLate);
        await ShouldFitAsync(story);
    }

    [Fact]
    public async Task NADOO_asks_the_customer_answers_and_neither_does_the_others_part()
    {
        var (story, execution, _) = await StoryAsync();
        var id = await FileAsync(story, execution);
        var operators = landscape.Administrator.Id;
        (await TriedAsync(() => database.As<AnswerComplaint>(story.Recorder.Id).RunAsync(id, "Test", None))).ShouldBe(ComplaintRefusals.NothingAsked);
        await database.As<HandleComplaint>(operators).RunAsync(id, null, None);
        (await TriedAsync(() => database.As<HandleComplaint>(operators).RunAsync(id, null, None))).ShouldBe(ComplaintRefusals.InReviewAlready);
        await database.As<HandleComplaint>(operators).RunAsync(id, "Which order?", None);
        (await InboxAsync(story.Recorder.Id)).ShouldHaveSingleItem().Words[3].ShouldBe("Which order?");

        foreach (var act in new Func<Task>[]
        {
            () => database.As<AnswerComplaint>(operators).RunAsync(id, "Test", None), () => database.As<WithdrawComplaint>(operators).RunAsync(id, "Test", None),
        })
        {
            (await TriedAsync(act)).ShouldBe(ComplaintRefusals.OwnSideOnly);
        }

        var colleague = await landscape.EmployeeAsync(story.Customer, Ability.ViewExecutions);
        await database.As<AnswerComplaint>(colleague.Id).RunAsync(id, "Order 17", None);
        (await InboxAsync(operators)).Single(notice => notice.Subject == id.Value).Words[3].ShouldBe("Order 17");
        await Should.ThrowAsync<AccessDenied>(() => database.As<HandleComplaint>(story.Recorder.Id).RunAsync(id, "Test", None));

        // Nobody decides what he filed himself.
        var own = await database.As<FileComplaint>(operators).RunAsync((await story.RecordAsync((await story.ProgramAsync()).Id)).Id, "Seen by NADOO", None);
        (await DecideAsync(own, true)).ShouldBe(ComplaintRefusals.OwnComplaint);
        (await DecideAsync(id, true)).ShouldBeNull();
    }

    [Fact]
    public async Task Of_those_who_decide_and_withdraw_at_once_one_wins_and_the_others_are_told()
    {
        var (story, execution, balance) = await StoryAsync();
        var id = await FileAsync(story, execution);

        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => number % 3 == 2
            ? TriedAsync(() => database.As<WithdrawComplaint>(story.Recorder.Id).RunAsync(id, "Test", None))
            : DecideAsync(id, number % 3 == 0)));

        results.Count(refusal => refusal is null).ShouldBe(1);
        results.OfType<Refusal>().ShouldAllBe(refusal => refusal == ComplaintRefusals.Decided);
        var isAccepted = (await database.As<ReadComplaint>(story.Recorder.Id).RunAsync(id, None)).Complaint.Status == ComplaintStatus.Accepted;
        (await StatusAsync(execution), await balance()).ShouldBe(isAccepted ? (ExecutionStatus.Reversed, 60L) : (ExecutionStatus.NotPaid, 0L));
        await ShouldFitAsync(story);
    }

    private static async Task<ExecutionId> RecordedAsync(TestDatabase database, CustomerId customer)
    {
        var program = await database.Landscape.CustomerProgramAsync(customer);
        var recorder = await database.Landscape.EmployeeAsync(customer, Ability.CreateExecutions);
        return (await database.As<RecordExecution>(recorder.Id).RunAsync(new(program.Id, "permission", null, null, null), None)).Id;
    }

    /// <summary>A complaint filed by the person, or where he may not, by somebody who may.</summary>
    private static async Task<ComplaintId> FiledAsync(TestDatabase database, CustomerId customer, PersonId? person = null)
    {
        var execution = await RecordedAsync(database, customer);
        try
        {
            return await database.As<FileComplaint>(person).RunAsync(execution, "Ran twice", None);
        }
        catch (Exception exception) when (exception is NotSignedIn or AccessDenied or Refused)
        {
            return await database.As<FileComplaint>((await database.Landscape.EmployeeAsync(customer, Ability.ViewExecutions)).Id).RunAsync(execution, "Ran twice", None);
        }
    }

    /// <summary>An execution of 100 seconds, 60 of them prepaid; the balance of the time account can be asked for.</summary>
    private async Task<(ExecutionStory Story, ExecutionId Execution, Func<Task<long>> Balance)> StoryAsync()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var account = await story.AccountAsync(60);
        var execution = await story.RecordAsync((await story.ProgramAsync(0.01m, 60, account.Id)).Id, 100);
        return (story, execution.Id, () => story.BalanceAsync(account));
    }

    private Task<ComplaintId> FileAsync(ExecutionStory story, ExecutionId execution) => database.As<FileComplaint>(story.Recorder.Id).RunAsync(execution, " Ran twice ", None);

    private Task<Refusal?> DecideAsync(ComplaintId id, bool isAccepted, string reason = "Because") =>
        TriedAsync(async () => await (await database.AsTouchedAsync<DecideComplaint>(landscape.Administrator.Id)).RunAsync(id, isAccepted, reason, None));

    private async Task<MarkExecutionsPaid.Result> PayAsync(ExecutionId execution) =>
        await (await database.AsTouchedAsync<MarkExecutionsPaid>(landscape.Administrator.Id)).RunAsync(new([execution], null), None);

    private async Task<IReadOnlyList<ListComplaints.Row>> ListAsync(ExecutionStory story) =>
        (await database.As<ListComplaints>(story.Recorder.Id).RunAsync(new(story.Customer, [], new()), None)).Rows;

    private async Task<IReadOnlyList<Notice>> InboxAsync(PersonId person) => (await database.As<ListNotices>(person).RunAsync(new(false, new(Size: 200)), None)).Rows;

    private async Task<ExecutionStatus> StatusAsync(ExecutionId id)
    {
        await using var db = database.Open();
        return await db.Executions.Where(execution => execution.Id == id).Select(execution => execution.Status).SingleAsync();
    }

    private async Task ShouldFitAsync(ExecutionStory story)
    {
        await story.ShouldBeSoundAsync();
        await using var db = database.Open();
        (await LedgerVerifier.RunAsync(db, null, None)).Finding.ShouldBeNull();
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
}
