using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Budgets;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Ownership;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Executions;

/// <summary>
/// A node decides from memory what it records, and the database makes sure that all of it still holds: whatever changed meanwhile, by
/// whomever, counts for the next execution.
/// </summary>
public sealed class BookMemoryTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly NadooItDatabase node = Node(database);
    private readonly NadooItDatabase other = Node(database);
    private ExecutionStory story = null!;
    private ApiKeyId key;
    private int number;

    private ExecutionBook Book => new(node);

    public async ValueTask InitializeAsync()
    {
        story = await ExecutionStory.BeginAsync(database);
        key = await story.KeyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await other.DisposeAsync();
    }

    [Fact]
    public async Task What_was_recorded_once_is_decided_from_memory_and_exact()
    {
        var account = await story.AccountAsync(100);
        var program = await story.ProgramAsync(0.01m, 60, account.Id);
        Book.Decide([Order(program, 30)]).Remembered.ShouldBeNull("nothing is remembered yet");
        Record(Order(program, 30)).Prepaid.Value.ShouldBe(30);

        foreach (var (saved, prepaid, billed) in new[] { (50, 50, 0), (50, 20, 30), (50, 0, 50) })
        {
            var execution = RecordFromMemory(Order(program, saved));
            (execution.Prepaid.Value, execution.Billed.Value, execution.Price.Amount).ShouldBe((prepaid, billed, billed * 0.01m));
        }

        (await story.BalanceAsync(account)).ShouldBe(0);
        await story.ShouldBeSoundAsync();
    }

    public static TheoryData<string, string?> Changes => new()
    {
        { "the key is revoked", ApiKeyRefusals.Invalid.Code },
        { "the key ends", ApiKeyRefusals.Invalid.Code },
        { "the key is limited to another program", OwnershipRefusals.NotFound.Code },
        { "the owner is deactivated", ApiKeyRefusals.Invalid.Code },
        { "the contract is ended", HrRefusals.NotRunning.Code },
        { "the contract runs out", HrRefusals.NotRunning.Code },
        { "the program is deactivated", OwnershipRefusals.Inactive.Code },
        { "a hard stop is set", BudgetRefusals.Exceeded.Code },
        { "less is accepted at once", ExecutionRefusals.TimeSavedInvalid.Code },
        { "nothing", null },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task What_changes_counts_for_the_next_execution(string change, string? refusal)
    {
        var program = await story.ProgramAsync();
        Record(Order(program, 10));
        RecordFromMemory(Order(program, 10));

        await ChangeAsync(change, program);

        Book.Record([Order(program, 200)])[0].Refusal?.Refusal.Code.ShouldBe(refusal);
        Book.Record([Order(program, 200)])[0].Refusal?.Refusal.Code.ShouldBe(refusal);
        (await CountAsync(program)).ShouldBe(refusal is null ? 4 : 2);
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task What_is_billed_and_drawn_follows_new_terms_accounts_and_limits()
    {
        var (first, second) = (await story.AccountAsync(), await story.AccountAsync(70));
        var program = await story.ProgramAsync(0.01m, 60, first.Id);
        Record(Order(program, 10));
        RecordFromMemory(Order(program, 10)).Billed.Value.ShouldBe(10);

        await using (var db = database.Open())
        {
            var stored = await db.CustomerPrograms.SingleAsync(found => found.Id == program.Id);
            stored.Change(stored.Terms with { FixedPrice = PricePerSecond.Of(0.02m) });
            await db.SaveChangesAsync();
        }

        Record(Order(program, 10)).Price.Amount.ShouldBe(0.2m);
        RecordFromMemory(Order(program, 10)).Price.Amount.ShouldBe(0.2m);

        await using (var db = database.Open())
        {
            await db.LedgerAccounts.Where(account => account.Id == first.LedgerAccountId).ExecuteUpdateAsync(set => set.SetProperty(account => account.Minimum, -25L));
        }

        Record(Order(program, 10)).Prepaid.Value.ShouldBe(10);
        Record(Order(program, 20)).Prepaid.Value.ShouldBe(15);

        await using (var db = database.Open())
        {
            await db.DrawnTimeAccounts.Where(drawn => drawn.CustomerProgramId == program.Id).ExecuteDeleteAsync();
            db.Add(new DrawnTimeAccount(program.Id, second.Id, story.Customer, 1));
            await db.SaveChangesAsync();
        }

        Record(Order(program, 10)).Prepaid.Value.ShouldBe(10);
        (await story.BalanceAsync(first), await story.BalanceAsync(second)).ShouldBe((-25, 60));
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task What_another_node_records_or_sells_is_seen_though_it_touches_only_an_account_that_had_nothing_to_give()
    {
        var account = await story.AccountAsync();
        var (program, neighbour) = (await story.ProgramAsync(0.01m, 60, account.Id), await story.ProgramAsync(null, 60, account.Id));
        Record(Order(program, 10), Order(neighbour, 10));
        RecordFromMemory(Order(program, 10), Order(neighbour, 10)).Billed.Value.ShouldBe(10);

        await using (var db = database.Open())
        {
            var ledger = await db.LedgerAccounts.SingleAsync(found => found.Id == account.LedgerAccountId);
            db.Add(ledger.Credit(100, LedgerBoundary.TimeSold, new(NewId.At<TransferId>(Now), TransferKind.Purchase, story.Recorder.Id, Now)));
            await db.SaveChangesAsync();
        }

        Record(Order(program, 30)).Prepaid.Value.ShouldBe(30);
        new ExecutionBook(other).Record([Order(neighbour, 65)])[0].Execution!.Prepaid.Value.ShouldBe(65);
        Record(Order(program, 10)).Prepaid.Value.ShouldBe(5);
        new ExecutionBook(other).Record([Order(program, 10)])[0].Execution!.SavedBefore.Value.ShouldBe(60);
        Record(Order(program, 10)).SavedBefore.Value.ShouldBe(70);
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_page_goes_on_from_the_one_before_and_falls_with_it()
    {
        var account = await story.AccountAsync(1_000);
        var program = await story.ProgramAsync(0.01m, 60, account.Id);
        Record(Order(program, 10));

        // Decided one after the other and written so: both hold.
        var (first, second) = (Book.Decide([Order(program, 10)]), Book.Decide([Order(program, 20)]));
        using var db = Book.Open();
        Book.Record(db, first)[0].Execution!.TimeBalanceAfter.Value.ShouldBe(980);
        Book.Record(db, second)[0].Execution!.TimeBalanceAfter.Value.ShouldBe(960);

        // The first never comes, and another node moves the account as often: the second is decided anew.
        (first, second) = (Book.Decide([Order(program, 10)]), Book.Decide([Order(program, 20)]));
        first.Remembered.ShouldNotBeNull();
        new ExecutionBook(other).Record([Order(program, 10)]);
        Book.Record(db, second)[0].Execution!.TimeBalanceAfter.Value.ShouldBe(930);
        Book.Record(db, first)[0].Execution!.TimeBalanceAfter.Value.ShouldBe(920);
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_reference_that_is_known_gets_its_first_answer_beside_new_ones()
    {
        var program = await story.ProgramAsync();
        Record(Order(program, 10, "known"));
        RecordFromMemory(Order(program, 10));

        var results = Book.Record([Order(program, 5), Order(program, 10, "known"), Order(program, 11, "known"), Order(program, 7, "twice"), Order(program, 7, "twice")]);

        results.Select(result => (result.IsRepetition, result.Refusal?.Refusal)).ShouldBe(
            [(false, null), (true, null), (false, ExecutionRefusals.ReferenceConflict), (false, null), (true, null)]);
        results[4].Execution!.Id.ShouldBe(results[3].Execution!.Id);
        (await CountAsync(program)).ShouldBe(4);
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_batch_is_recorded_in_its_order_also_where_something_in_it_is_not_decided_from_memory()
    {
        var program = await story.ProgramAsync(null);
        Record(Order(program, 10));
        RecordingOrder[] orders = [Order(program, 10), OfLastMonth(Order(program, 20)), Order(program, 30), Order(program, 40)];

        var results = Book.Record(orders);

        results.Select(result => result.Execution!.SavedBefore.Value).ShouldBe([10, 20, 40, 70]);
        await story.ShouldBeSoundAsync();

        RecordingOrder OfLastMonth(RecordingOrder order) => order with { Request = order.Request with { OccurredAt = Now.AddMonths(-1) } };
    }

    [Fact]
    public async Task Figures_are_carried_by_the_ladder_position_until_another_day_status_or_person_comes()
    {
        var account = await story.AccountAsync(25);
        var program = await story.ProgramAsync(0.01m, 60, account.Id);
        Record(Order(program, 10));
        RecordFromMemory(Order(program, 5), Order(program, 5));
        (await CarriedAsync(program)).ShouldBe(3);

        // Another status: what prepaid time does not cover is not paid.
        RecordFromMemory(Order(program, 10), Order(program, 10));
        (await CarriedAsync(program)).ShouldBe(2);
        await story.ShouldBeSoundAsync();

        // Another day, and back within the same page.
        var yesterday = Order(program, 10);
        yesterday = yesterday with { Request = yesterday.Request with { OccurredAt = Now.AddDays(-1) } };
        Record(Order(program, 10), yesterday, Order(program, 10));
        (await CarriedAsync(program)).ShouldBe(1);
        await story.ShouldBeSoundAsync();

        // By hand it is somebody else, who has no key.
        var other = await database.Landscape.EmployeeAsync(story.Customer, Ability.CreateExecutions);
        await database.As<RecordExecution>(other.Id).RunAsync(new(program.Id, "by hand", 10, null, null), CancellationToken.None);
        (await CarriedAsync(program)).ShouldBe(1);
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task What_another_node_recorded_and_took_back_is_seen_though_the_ladder_stands_where_it_stood()
    {
        var program = await story.ProgramAsync();
        Record(Order(program, 10));
        var page = Book.Decide([Order(program, 10)]);
        page.Remembered.ShouldNotBeNull();

        var execution = new ExecutionBook(other).Record([Order(program, 10)])[0].Execution!;
        await (await database.AsTouchedAsync<ReverseExecution>(story.Recorder.Id)).RunAsync(execution.Id, "a mistake", CancellationToken.None);
        (await CarriedAsync(program)).ShouldBe(0, "a change of status puts down what was carried");
        await story.ShouldBeSoundAsync();

        using var db = Book.Open();
        Book.Record(db, page)[0].Execution.ShouldNotBeSameAs(page.Remembered.Executions[0]);
        (await CarriedAsync(program)).ShouldBe(1);
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task Many_changes_are_put_together_and_count_as_before()
    {
        var program = await story.ProgramAsync();
        await using var db = database.Open();
        for (var change = 1; change <= 30; change++)
        {
            var largest = new Seconds(1_000 + change);
            await db.CustomerPrograms.Where(found => found.Id == program.Id).ExecuteUpdateAsync(set => set.SetProperty(found => found.LargestSaved, largest));
        }

        var before = await db.BookChanges.SumAsync(change => change.Number);
        Record(Order(program, 10));

        (await db.BookChanges.CountAsync()).ShouldBe(1);
        (await db.BookChanges.SumAsync(change => change.Number)).ShouldBe(before);
        RecordFromMemory(Order(program, 10));
    }

    private static NadooItDatabase Node(TestDatabase database)
    {
        var node = new NadooItDatabase(database.LimitedConnectionString, database.Clock);
        node.BookMemory.Doubt = TimeSpan.Zero;
        return node;
    }

    private DateTimeOffset Now => database.Clock.GetUtcNow();

    private RecordingOrder Order(CustomerProgram program, long saved, string? reference = null) => RecordingOrder.ByKey(new(
        NewId.At<ExecutionId>(Now), program.Id, reference ?? $"run-{++number}", saved, null, null, story.Recorder.Id, key, Now));

    /// <summary>Records, in whatever way; the first execution.</summary>
    private Execution Record(params RecordingOrder[] orders)
    {
        var results = Book.Record(orders);
        results.ShouldAllBe(result => result.Refusal == null);
        return results[0].Execution!;
    }

    /// <summary>Records what memory decided, and that it held.</summary>
    private Execution RecordFromMemory(params RecordingOrder[] orders)
    {
        var page = Book.Decide(orders);
        page.Remembered.ShouldNotBeNull().Executions.ShouldAllBe(execution => execution != null);
        using var db = Book.Open();
        var execution = Book.Record(db, page)[0].Execution;
        execution.ShouldBeSameAs(page.Remembered.Executions[0], "otherwise it was decided anew");
        return execution!;
    }

    private async Task<int> CountAsync(CustomerProgram program)
    {
        await using var db = database.Open();
        return await db.Executions.CountAsync(execution => execution.CustomerProgramId == program.Id);
    }

    /// <summary>How many executions its ladder position carries.</summary>
    private async Task<long> CarriedAsync(CustomerProgram program)
    {
        await using var db = database.Open();
        return await db.CustomerProgramProgress.Where(progress => progress.CustomerProgramId == program.Id).Select(progress => EF.Property<long>(progress, "RecentCount")).SingleAsync();
    }

    private async Task ChangeAsync(string change, CustomerProgram program)
    {
        await using var db = database.Open();
        var today = BusinessTime.DayOf(Now);
        CustomerProgramId[] others = [NewId.At<CustomerProgramId>(Now)];
        DateTimeOffset? before = Now.AddSeconds(-1);
        _ = change switch
        {
            "the key is revoked" => await db.ApiKeys.Where(row => row.Id == key).ExecuteUpdateAsync(set => set.SetProperty(row => row.RevokedAt, before)),
            "the key ends" => await db.ApiKeys.Where(row => row.Id == key).ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, before)),
            "the key is limited to another program" => await db.ApiKeys.Where(row => row.Id == key).ExecuteUpdateAsync(set => set.SetProperty(row => row.CustomerPrograms, others)),
            "the owner is deactivated" => await db.People.Where(row => row.Id == story.Recorder.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.DeactivatedAt, before)),
            "the contract is ended" => await db.EmployeeContracts.Where(row => row.PersonId == story.Recorder.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.DeactivatedAt, before)),
            "the contract runs out" => await db.EmployeeContracts.Where(row => row.PersonId == story.Recorder.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.StartsOn, today.AddDays(-9)).SetProperty(row => row.EndsOn, today.AddDays(-1))),
            "the program is deactivated" => await db.CustomerPrograms.Where(row => row.Id == program.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.DeactivatedAt, before)),
            "less is accepted at once" => await db.CustomerPrograms.Where(row => row.Id == program.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.LargestSaved, new Seconds(199))),
            "a hard stop is set" => await StopAsync(db),
            _ => 0,
        };
    }

    private async Task<int> StopAsync(NadooItDb db)
    {
        db.Add(Budget.Set(story.Customer, null, new(Money.Euro(0.5m), [50], true), story.Recorder.Id, Now));
        return await db.SaveChangesAsync();
    }
}
