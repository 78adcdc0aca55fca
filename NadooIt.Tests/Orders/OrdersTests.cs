using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Data.Ledger;
using NadooIt.Data.Orders;
using NadooIt.Data.Statements;
using NadooIt.Data.TimeAccounts;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Orders;
using NadooIt.Domain.Ownership;
using NadooIt.Domain.TimeAccounts;
using NadooIt.Tests.Executions;
using NadooIt.Tests.Support;
using Npgsql;

namespace NadooIt.Tests.Orders;

/// <summary>Once per order on the real database: recording, completing, cancelling, reversing, and what is shown meanwhile.</summary>
public sealed class OrdersTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(ListOrders), Ability.ViewExecutions, async (database, person, customer) =>
        {
            var order = await OpenAsync(database, customer);
            Listed((await database.As<ListOrders>(person).RunAsync(new(null, null, false, null, new(Size: 200)), None)).Rows.Any(row => row.Facts.Order.Id == order));
        }),
        new(typeof(CompleteOrder), Ability.CreateExecutions, async (database, person, customer) =>
            await (await database.AsTouchedAsync<CompleteOrder>(person)).RunAsync(await OpenAsync(database, customer), null, None)),
        new(typeof(CancelOrder), Ability.ReverseExecutions, async (database, person, customer) =>
            await (await database.AsTouchedAsync<CancelOrder>(person)).RunAsync(await OpenAsync(database, customer), "Test", None)),
        new(typeof(ListOrdersByKey), Ability.ViewExecutions, async (database, person, customer) =>
        {
            var order = await OpenAsync(database, customer);
            Listed((await (await ByKeyAsync<ListOrdersByKey>(database, person, customer, Ability.ViewExecutions)).RunAsync(new(null, null, null, 10, null), None)).Rows
                .Any(row => row.Order.Id == order));
        }),
        new(typeof(CompleteOrderByKey), Ability.RunPrograms, async (database, person, customer) =>
            (await (await ByKeyAsync<CompleteOrderByKey>(database, person, customer, Ability.RunPrograms)).RunAsync(await OpenAsync(database, customer), null, None))
                .Order.Status.ShouldBe(OrderStatus.Completed)),
        new(typeof(CancelOrderByKey), Ability.ReverseExecutions, async (database, person, customer) =>
            (await (await ByKeyAsync<CancelOrderByKey>(database, person, customer, Ability.ReverseExecutions)).RunAsync(await OpenAsync(database, customer), "Test", None))
                .Order.Status.ShouldBe(OrderStatus.Cancelled)),
    ];

    public static TheoryData<string> Names => PermissionTable.Names(Permissions);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Only_the_right_ability_at_the_right_customer_opens(string name) =>
        PermissionTable.CheckAsync(database, Permissions.Single(row => row.Name == name));

    [Fact]
    public async Task An_order_is_charged_once_held_and_posted_when_it_is_completed()
    {
        var (story, program, account) = await StoryAsync(60);
        var first = await story.RecordAsync(program, 100, order: "A-17");
        var later = await story.RecordAsync(program, 500, order: "A-17");
        (first.Status, first.Prepaid.Value, first.Price.Amount, later.IsFree, later.Status).ShouldBe((ExecutionStatus.Held, 60, 0.4m, true, ExecutionStatus.Paid));

        // What is held is shown apart, and can be used by nobody else.
        var money = await MoneyAsync(story);
        (money.OpenNow.Amount, money.HeldNow.Amount, money.Total.Billed.Amount, money.Total.Lines).ShouldBe((0m, 0.4m, 0m, 0));
        var sums = await story.SumAsync(new(CustomerProgram: program));
        (sums.Counted.Count, sums.Counted.Price.Amount, sums.Held.Count, sums.Held.Price.Amount).ShouldBe((1, 0m, 1, 0.4m));
        var shown = await database.As<ReadTimeAccount>(database.Landscape.Administrator.Id).RunAsync(account.Id, None);
        (shown.Balance.Value, shown.Held.Value).ShouldBe((60, 60));
        (await story.RecordAsync(program, 10)).Prepaid.ShouldBe(Seconds.Zero);
        (await RefusedAsync(async () => await (await database.AsTouchedAsync<CorrectTime>(database.Landscape.Administrator.Id)).RunAsync(
            new(NewId.At<TransferId>(database.Clock.GetUtcNow()), account.Id, new Seconds(-1), "Test"), None))).ShouldBe(TimeAccountRefusals.BelowLimit);
        (await PayAsync(first.Id)).ShouldBe(ExecutionRefusals.Held);
        await ShouldFitAsync(story);

        var row = (await ListAsync(story)).ShouldHaveSingleItem();
        (row.Facts.Executions, row.Facts.Saved.Value, row.Facts.Charge!.Execution, row.Facts.Charge.Price.Amount).ShouldBe((2, 600, first.Id, 0.4m));
        (await CompleteAsync(story, row.Facts.Order.Id)).ShouldBeNull();

        money = await MoneyAsync(story);
        (money.OpenNow.Amount, money.HeldNow.Amount, money.Total.Billed.Amount).ShouldBe((0.5m, 0m, 0.5m));
        (await story.BalanceAsync(account)).ShouldBe(0);
        (await story.RecordAsync(program, 500, order: "A-17")).IsFree.ShouldBeTrue();
        (await PayAsync(first.Id)).ShouldBeNull();
        (await ListAsync(story)).ShouldBeEmpty();
        var decided = (await ListAsync(story, showAll: true)).ShouldHaveSingleItem();
        (decided.Facts.Order.Status, decided.Facts.Order.DecidedBy, decided.Facts.Executions).ShouldBe((OrderStatus.Completed, story.Recorder.Id, 3));
        await ShouldFitAsync(story);
    }

    [Fact]
    public async Task Cancelling_lets_the_charge_go_and_the_order_takes_nothing_more()
    {
        var (story, program, account) = await StoryAsync(60);
        var first = await story.RecordAsync(program, 100, order: "A-17");
        var order = (await ListAsync(story)).Single().Facts.Order.Id;
        (await RefusedAsync(() => story.Database.As<CancelOrder>(story.Recorder.Id).RunAsync(order, "No touch", None))).ShouldNotBeNull();

        (await CancelAsync(story, order)).ShouldBeNull();

        var stored = await ReadAsync(first.Id);
        stored.Status.ShouldBe(ExecutionStatus.Reversed);
        var sums = await story.SumAsync(new(CustomerProgram: program));
        (sums.Counted.Count, sums.Held.Count, sums.Reversed.Count).ShouldBe((0, 0, 1));
        (await story.RecordAsync(program, 60)).Prepaid.Value.ShouldBe(60);
        (await RefusedAsync(() => story.RecordAsync(program, 1, order: "A-17"))).ShouldBe(OrderRefusals.Cancelled);
        // A repetition of what was recorded before is still answered, and as it was then.
        (await story.RecordAsync(program, 100, reference: first.Reference, order: "A-17")).Id.ShouldBe(first.Id);
        (await CompleteAsync(story, order)).ShouldBe(OrderRefusals.AlreadyCancelled);
        await ShouldFitAsync(story);
        _ = account;
    }

    [Fact]
    public async Task Reversing_the_charge_alone_leaves_the_order_open_and_charges_its_next_execution()
    {
        var (story, program, account) = await StoryAsync(60);
        var first = await story.RecordAsync(program, 100, order: "A-17");

        await (await database.AsTouchedAsync<ReverseExecution>(story.Recorder.Id)).RunAsync(first.Id, "Wrong input", None);

        (await ListAsync(story)).ShouldHaveSingleItem().Facts.Charge.ShouldBeNull();
        var next = await story.RecordAsync(program, 30, order: "A-17");
        (next.Status, next.Prepaid.Value).ShouldBe((ExecutionStatus.Held, 30));
        (await ListAsync(story)).Single().Facts.Charge!.Execution.ShouldBe(next.Id);
        (await CancelAsync(story, (await ListAsync(story)).Single().Facts.Order.Id)).ShouldBeNull();
        (await story.BalanceAsync(account)).ShouldBe(60);
        await ShouldFitAsync(story);
    }

    [Fact]
    public async Task Of_those_who_complete_and_cancel_at_once_one_wins_and_the_others_are_told()
    {
        var (story, program, account) = await StoryAsync(40);
        for (var round = 0; round < 5; round++)
        {
            var execution = await story.RecordAsync(program, 10, order: $"A-{round}");
            var order = (await ListAsync(story)).Single().Facts.Order.Id;

            var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => number % 2 == 0 ? CompleteAsync(story, order) : CancelAsync(story, order)));

            results.Count(refusal => refusal is null).ShouldBe(1);
            var status = (await ReadAsync(execution.Id)).Status;
            results.OfType<Refusal>().ShouldAllBe(refusal => refusal == (status == ExecutionStatus.Reversed ? OrderRefusals.AlreadyCancelled : OrderRefusals.AlreadyCompleted));
        }

        await using var db = database.Open();
        var used = await db.Executions.Where(execution => execution.CustomerProgramId == program && execution.Status == ExecutionStatus.Paid).CountAsync();
        (await story.BalanceAsync(account)).ShouldBe(40 - (10 * used));
        await ShouldFitAsync(story);
    }

    [Fact]
    public async Task Of_many_executions_of_one_order_on_two_nodes_one_is_charged()
    {
        var (story, program, _) = await StoryAsync(0);
        await using var one = new NadooItDatabase(database.LimitedConnectionString, database.Clock);
        await using var two = new NadooItDatabase(database.LimitedConnectionString, database.Clock);
        var now = database.Clock.GetUtcNow();

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(page => Task.Run(() => new ExecutionBook(page % 2 == 0 ? one : two).RecordAsync(
            [.. Enumerable.Range(0, 3).Select(number => new RecordingOrder(
                new(NewId.At<ExecutionId>(now), program, $"r-{page}-{number}", 10, null, $"A-{number}", story.Recorder.Id, null, now), new Reach(true, []), []))],
            None))));

        var executions = results.SelectMany(page => page).Select(result => result.Execution!).ToList();
        executions.Count(execution => execution.Status == ExecutionStatus.Held).ShouldBe(3);
        executions.Count(execution => execution.IsFree).ShouldBe(57);
        (await MoneyAsync(story)).HeldNow.Amount.ShouldBe(0.3m);
        await ShouldFitAsync(story);
    }

    [Fact]
    public async Task An_order_that_is_open_over_the_end_of_a_month_is_charged_in_the_month_of_its_completion()
    {
        var (story, program, _) = await StoryAsync(0);
        await story.RecordAsync(program, 100, order: "A-17");
        var order = (await ListAsync(story)).Single().Facts.Order.Id;
        var before = BusinessTime.DayOf(database.Clock.GetUtcNow());
        database.Clock.Advance(TimeSpan.FromDays(31));
        await database.As<CloseMonth>(database.Landscape.Administrator.Id).RunAsync(new(story.Customer, before, "Sent"), None);

        (await CompleteAsync(story, order)).ShouldBeNull();

        (await MoneyAsync(story, before)).Total.Billed.Amount.ShouldBe(0m);
        var after = await MoneyAsync(story);
        (after.Total.Opening.Amount, after.Total.Billed.Amount, after.Total.Closing.Amount).ShouldBe((0m, 1m, 1m));
        await ShouldFitAsync(story);
    }

    [Fact]
    public async Task An_account_with_held_time_is_not_closed()
    {
        var (story, program, account) = await StoryAsync(0);
        await using (var db = database.Open())
        {
            var ledger = await db.LedgerAccounts.SingleAsync(found => found.Id == account.LedgerAccountId);
            ledger.Limit(-100);
            await db.SaveChangesAsync();
        }

        await story.RecordAsync(program, 100, order: "A-17");
        var version = (await database.As<ReadTimeAccount>(database.Landscape.Administrator.Id).RunAsync(account.Id, None)).Version;
        (await RefusedAsync(() => database.As<CloseTimeAccount>(database.Landscape.Administrator.Id).RunAsync(account.Id, version, None))).ShouldBe(TimeAccountRefusals.Held);

        (await CancelAsync(story, (await ListAsync(story)).Single().Facts.Order.Id)).ShouldBeNull();
        await database.As<CloseTimeAccount>(database.Landscape.Administrator.Id).RunAsync(account.Id, version, None);
        await ShouldFitAsync(story);
    }

    [Theory]
    [InlineData("UPDATE transfer SET phase = 0, pending_after = NULL WHERE chain_account_id = $1 AND chain_position = 2", LedgerFault.BalanceAfterDiffers)]
    [InlineData("UPDATE transfer SET pending_after = pending_after - 1 WHERE chain_account_id = $1 AND chain_position = 2", LedgerFault.PendingAfterDiffers)]
    [InlineData("UPDATE transfer SET pending_id = gen_random_uuid() WHERE chain_account_id = $1 AND chain_position = 3", LedgerFault.HashDiffers)]
    [InlineData("UPDATE transfer SET phase = 3, balance_after = 60 WHERE chain_account_id = $1 AND chain_position = 3", LedgerFault.HashDiffers)]
    [InlineData("UPDATE ledger_account SET pending = pending - 1 WHERE id = $1", LedgerFault.PendingDiffers)]
    public async Task Whoever_changes_a_hold_past_its_rules_is_found(string sql, LedgerFault fault)
    {
        var (story, program, account) = await StoryAsync(60);
        await story.RecordAsync(program, 10, order: "A-17");
        (await CompleteAsync(story, (await ListAsync(story)).Single().Facts.Order.Id)).ShouldBeNull();
        await using var db = database.Open();
        await using var keep = await db.Database.BeginTransactionAsync(None);
        await using (var command = new NpgsqlCommand(sql, db.RawConnection) { Parameters = { new() { Value = account.Id.Value } } })
        {
            (await command.ExecuteNonQueryAsync(None)).ShouldBe(1);
        }

        var proof = new ChainProof();
        var finding = (LedgerFinding?)null;
        var ledger = await db.LedgerAccounts.AsNoTracking().SingleAsync(found => found.Id == account.LedgerAccountId);
        foreach (var line in await db.Transfers.AsNoTracking().Where(line => line.ChainAccountId == ledger.Id).OrderBy(line => line.ChainPosition).ToListAsync())
        {
            finding ??= proof.Next(ledger, line);
        }

        (finding ?? proof.Finish()).ShouldNotBeNull().Fault.ShouldBe(fault);
    }

    [Fact]
    public async Task A_budget_counts_what_is_held_and_cancelling_gives_its_room_back()
    {
        var (story, program, _) = await StoryAsync(0);
        await database.As<Data.Budgets.SetBudget>(database.Landscape.Administrator.Id).RunAsync(new(story.Customer, program, 1m, [], true), None);
        await story.RecordAsync(program, 60, order: "A-17");

        (await story.RefusedAsync(program, 41)).ShouldBe(Domain.Budgets.BudgetRefusals.Exceeded);
        (await story.RecordAsync(program, 5_000, order: "A-17")).IsFree.ShouldBeTrue();
        (await CancelAsync(story, (await ListAsync(story)).Single().Facts.Order.Id)).ShouldBeNull();
        (await story.RecordAsync(program, 100)).Price.Amount.ShouldBe(1m);
        await ShouldFitAsync(story);
    }

    private async Task<(ExecutionStory Story, CustomerProgramId Program, TimeAccount Account)> StoryAsync(long seconds)
    {
        var story = await ExecutionStory.BeginAsync(database);
        var account = await story.AccountAsync(seconds);
        return (story, await OncePerOrderAsync(database, story.Customer, account.Id), account);
    }

    private static async Task<CustomerProgramId> OncePerOrderAsync(TestDatabase database, CustomerId customer, params TimeAccountId[] accounts)
    {
        var program = await database.Landscape.CustomerProgramAsync(customer, 0.01m, 60, accounts);
        await using var db = database.Open();
        var stored = await db.CustomerPrograms.SingleAsync(found => found.Id == program.Id);
        stored.Change(stored.Terms with { ChargesOncePerOrder = true });
        await db.SaveChangesAsync();
        return program.Id;
    }

    private static async Task<OrderId> OpenAsync(TestDatabase database, CustomerId customer)
    {
        var program = await OncePerOrderAsync(database, customer);
        var recorder = await database.Landscape.EmployeeAsync(customer, Ability.CreateExecutions);
        await database.As<RecordExecution>(recorder.Id).RunAsync(new(program, "permission", null, null, "A-17"), None);
        await using var db = database.Open();
        return await db.ExecutionOrders.Where(order => order.CustomerProgramId == program).Select(order => order.Id).SingleAsync();
    }

    private static async Task<TUseCase> ByKeyAsync<TUseCase>(TestDatabase database, PersonId? person, CustomerId customer, Ability ability)
        where TUseCase : notnull
    {
        if (person is not { } owner)
        {
            return database.As<TUseCase>((PersonId?)null);
        }

        var key = ApiKey.Create(customer, owner, new("Test", [ability], [], null), ApiKeySecret.Create(), owner, database.Clock.GetUtcNow());
        await using var db = database.Open();
        db.Add(key);
        await db.SaveChangesAsync();
        return database.As<TUseCase>(new Caller(owner, null, key.Id, null));
    }

    private async Task<Refusal?> CompleteAsync(ExecutionStory story, OrderId order)
    {
        var complete = await database.AsTouchedAsync<CompleteOrder>(story.Recorder.Id);
        return await TriedAsync(() => complete.RunAsync(order, null, None));
    }

    private async Task<Refusal?> CancelAsync(ExecutionStory story, OrderId order)
    {
        var cancel = await database.AsTouchedAsync<CancelOrder>(story.Recorder.Id);
        return await TriedAsync(() => cancel.RunAsync(order, "Changed our mind", None));
    }

    private async Task<Refusal?> PayAsync(ExecutionId execution)
    {
        var pay = await database.AsTouchedAsync<MarkExecutionsPaid>(database.Landscape.Administrator.Id);
        return await TriedAsync(() => pay.RunAsync(new([execution], null), None));
    }

    private async Task<IReadOnlyList<ListOrders.Row>> ListAsync(ExecutionStory story, bool showAll = false) =>
        (await database.As<ListOrders>(story.Recorder.Id).RunAsync(new(story.Customer, null, showAll, null, new()), None)).Rows;

    private Task<ReadMoneyStatement.Result> MoneyAsync(ExecutionStory story, DateOnly? month = null) =>
        database.As<ReadMoneyStatement>(story.Recorder.Id).RunAsync(new(story.Customer, month ?? BusinessTime.DayOf(database.Clock.GetUtcNow())), None);

    private async Task<Execution> ReadAsync(ExecutionId id)
    {
        await using var db = database.Open();
        return await db.Executions.AsNoTracking().SingleAsync(execution => execution.Id == id);
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

    private static async Task<Refusal?> RefusedAsync(Func<Task> act) => (await Should.ThrowAsync<Refused>(act)).Refusal;

    private static void Listed(bool isListed)
    {
        if (!isListed)
        {
            throw PermissionTable.NotListed;
        }
    }
}
