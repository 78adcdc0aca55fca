using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Executions;

public sealed class RecordExecutionTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Theory]
    [InlineData(0, null, "0.600000", 0)]
    [InlineData(60, null, "0.000000", 0)]
    [InlineData(59, null, "0.010000", 0)]
    [InlineData(1000, 500L, "0.000000", 500)]
    [InlineData(100, 500L, "4.000000", 0)]
    public async Task Prepaid_time_is_used_first_and_the_rest_is_billed(long before, long? saved, string price, long after)
    {
        var story = await ExecutionStory.BeginAsync(database);
        var account = await story.AccountAsync(before);
        var program = await story.ProgramAsync(accounts: account.Id);

        var execution = await story.RecordAsync(program.Id, saved);

        execution.Price.ToString().ShouldBe($"{price} EUR");
        execution.Prepaid.ShouldBe(Seconds.Min(execution.Saved, new(before)));
        (execution.Prepaid + execution.Billed).ShouldBe(execution.Saved);
        execution.Status.ShouldBe(execution.Billed == Seconds.Zero ? ExecutionStatus.Paid : ExecutionStatus.NotPaid);
        execution.TimeBalanceAfter.Value.ShouldBe(after);
        (await story.BalanceAsync(account)).ShouldBe(after);
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task Several_accounts_are_drawn_in_their_order_each_down_to_its_limit()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var (first, second, overdrawn) = (await story.AccountAsync(30), await story.AccountAsync(50), await story.AccountAsync(0, overdraft: 15));
        var program = await story.ProgramAsync(0.02m, 60, second.Id, first.Id, overdrawn.Id);

        var execution = await story.RecordAsync(program.Id, 100);

        (execution.Prepaid.Value, execution.Billed.Value, execution.Price.Amount).ShouldBe((95, 5, 0.1m));
        (await story.BalanceAsync(first), await story.BalanceAsync(second), await story.BalanceAsync(overdrawn)).ShouldBe((0, 0, -15));
        await using var db = database.Open();
        var moved = await db.Transfers.Where(transfer => transfer.ExecutionId == execution.Id).OrderBy(transfer => transfer.Id).Select(transfer => transfer.Amount).ToListAsync();
        moved.ShouldBe([50, 30, 15, 100_000], ignoreOrder: true);
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task The_ladder_rests_on_what_this_program_saved_before_and_on_nobody_else()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var program = await story.ProgramAsync(fixedPrice: null, savedPerExecution: 3 * 3600);
        await story.RecordAsync((await story.ProgramAsync()).Id, 80_000);

        var rates = new List<decimal>();
        var prices = new List<decimal>();
        for (var i = 0; i < 4; i++)
        {
            var execution = await story.RecordAsync(program.Id);
            execution.SavedBefore.ShouldBe(Seconds.FromHours(3 * i));
            rates.Add(execution.Rate.Amount);
            prices.Add(execution.Price.Amount);
        }

        rates.ShouldBe([0.063889m, 0.063889m, 0.055556m, 0.055556m]);
        prices.ShouldBe([690.0012m, 690.0012m, 600.0048m, 600.0048m]);
    }

    [Fact]
    public async Task What_the_rules_refuse_changes_nothing()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var account = await story.AccountAsync(1_000);
        var program = await story.ProgramAsync(accounts: account.Id);
        var withoutDefault = await story.ProgramAsync(savedPerExecution: 0, accounts: account.Id);
        var ended = await story.ProgramAsync(accounts: account.Id);
        await DeactivateAsync(ended);

        (await story.RefusedAsync(program.Id, 0)).ShouldBe(ExecutionRefusals.TimeSavedInvalid);
        (await story.RefusedAsync(program.Id, -5)).ShouldBe(ExecutionRefusals.TimeSavedInvalid);
        (await story.RefusedAsync(program.Id, 86_401)).ShouldBe(ExecutionRefusals.TimeSavedInvalid);
        (await story.RefusedAsync(withoutDefault.Id, null)).ShouldBe(ExecutionRefusals.TimeSavedInvalid);
        (await story.RefusedAsync(ended.Id, 60)).ShouldBe(OwnershipRefusals.Inactive);
        (await story.RefusedAsync(program.Id, 60, reference: "")).ShouldBe(ExecutionRefusals.ReferenceInvalid);
        (await story.RefusedAsync(program.Id, 60, reference: new('x', 101))).ShouldBe(ExecutionRefusals.ReferenceInvalid);
        (await story.RefusedAsync(program.Id, 60, database.Clock.GetUtcNow().AddMinutes(6))).ShouldBe(ExecutionRefusals.OccurredInFuture);

        (await story.BalanceAsync(account)).ShouldBe(1_000);
        await using var db = database.Open();
        (await db.Executions.CountAsync(execution => execution.CustomerId == story.Customer)).ShouldBe(0);
        (await db.ExecutionDays.CountAsync(day => day.CustomerId == story.Customer)).ShouldBe(0);

        // The same calls with acceptable values go through.
        await story.RecordAsync(program.Id, 1);
        await story.RecordAsync(program.Id, 86_400);
        await story.RecordAsync(program.Id, 60, database.Clock.GetUtcNow().AddMinutes(5));
        await story.RecordAsync(program.Id, 60, reference: new('x', 100));
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task The_same_reference_again_is_done_already_and_other_content_is_a_conflict()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var account = await story.AccountAsync(1_000);
        var (program, other) = (await story.ProgramAsync(accounts: account.Id), await story.ProgramAsync(accounts: account.Id));
        var at = database.Clock.GetUtcNow().AddHours(-1);

        var first = await story.RecordAsync(program.Id, 100, at, "order-7");
        var again = await story.RecordAsync(program.Id, 100, at, "order-7");

        again.Id.ShouldBe(first.Id);
        (await story.RefusedAsync(program.Id, 101, at, "order-7")).ShouldBe(ExecutionRefusals.ReferenceConflict);
        (await story.RefusedAsync(program.Id, 100, at.AddSeconds(1), "order-7")).ShouldBe(ExecutionRefusals.ReferenceConflict);
        (await story.BalanceAsync(account)).ShouldBe(900);
        (await story.RecordAsync(other.Id, 100, at, "order-7")).Id.ShouldNotBe(first.Id);
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task Only_who_may_create_executions_at_that_customer_records_them()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var program = await story.ProgramAsync();
        var elsewhere = await ExecutionStory.BeginAsync(database);
        var viewer = await database.Landscape.EmployeeAsync(story.Customer, Ability.ViewExecutions);

        await Should.ThrowAsync<AccessDenied>(() => database.As<RecordExecution>(viewer.Id).RunAsync(new(program.Id, "a", 60, null, null), CancellationToken.None));
        (await elsewhere.RefusedAsync(program.Id, 60)).ShouldBe(OwnershipRefusals.NotFound);
        (await story.RecordAsync(program.Id, 60)).PersonId.ShouldBe(story.Recorder.Id);
    }

    [Fact]
    public async Task Nobody_records_with_an_ended_contract()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var program = await story.ProgramAsync();
        var person = await database.Landscape.PersonAsync();
        var contract = await database.Landscape.EmployAsync(story.Customer, person.Id, Ability.CreateExecutions);
        var record = () => database.As<RecordExecution>(person.Id).RunAsync(new(program.Id, "a", 60, null, null), CancellationToken.None);
        (await record()).IsRepetition.ShouldBeFalse();

        await database.Landscape.EndAsync(contract);

        await Should.ThrowAsync<AccessDenied>(record);
    }

    [Fact]
    public async Task Sixty_four_at_once_on_one_account_at_its_limit_lose_and_invent_nothing()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var account = await story.AccountAsync(1_000);
        var program = await story.ProgramAsync(0.5m, 60, account.Id);

        await Task.WhenAll(Enumerable.Range(0, 64).Select(i => story.RecordAsync(program.Id, 100, reference: $"parallel-{i}")));

        (await story.BalanceAsync(account)).ShouldBe(0);
        await using var db = database.Open();
        var executions = await db.Executions.AsNoTracking().Where(execution => execution.CustomerProgramId == program.Id).ToListAsync();
        executions.Count.ShouldBe(64);
        executions.Sum(execution => execution.Prepaid.Value).ShouldBe(1_000);
        executions.Sum(execution => execution.Price.Amount).ShouldBe(((64 * 100) - 1_000) * 0.5m);
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task Two_writers_at_once_agree()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var account = await story.AccountAsync(5_000);
        var programs = new[] { await story.ProgramAsync(null, 60, account.Id), await story.ProgramAsync(0.01m, 60, account.Id) };
        await using var first = new NadooItDatabase(database.LimitedConnectionString, database.Clock);
        await using var second = new NadooItDatabase(database.LimitedConnectionString, database.Clock);

        async Task<int> WriteAsync(NadooItDatabase node, int from)
        {
            var done = 0;
            var book = new ExecutionBook(node);
            for (var round = 0; round < 20; round++)
            {
                // Half of the references are sent by both writers: one of them records, the other hears that it is done.
                var orders = Enumerable.Range(0, 10).Select(i => new RecordingOrder(
                    new ExecutionRequest(
                        NewId.At<ExecutionId>(database.Clock.GetUtcNow()), programs[i % 2].Id, i < 5 ? $"both-{round}-{i}" : $"own-{from}-{round}-{i}", 17 + i, null, null,
                        story.Recorder.Id, null, database.Clock.GetUtcNow()),
                    new Reach(false, [story.Customer]), [])).ToList();
                done += (await book.RecordAsync(orders, CancellationToken.None)).Count(result => !result.IsRepetition && result.Refusal is null);
            }

            return done;
        }

        var done = await Task.WhenAll(Task.Run(() => WriteAsync(first, 1)), Task.Run(() => WriteAsync(second, 2)));

        done.Sum().ShouldBe((20 * 5) + (2 * 20 * 5));
        await story.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task One_refused_order_does_not_hold_up_the_others_of_its_batch()
    {
        var story = await ExecutionStory.BeginAsync(database);
        var program = await story.ProgramAsync();
        await using var node = new NadooItDatabase(database.LimitedConnectionString, database.Clock);
        var now = database.Clock.GetUtcNow();
        RecordingOrder Order(string reference, long saved) => new(
            new ExecutionRequest(NewId.At<ExecutionId>(now), program.Id, reference, saved, null, null, story.Recorder.Id, null, now), new Reach(true, []), []);

        var results = await new ExecutionBook(node).RecordAsync([Order("a", 5), Order("b", 0), Order("a", 6), Order("a", 5), Order("c", 7)], CancellationToken.None);

        results.Select(result => result.Refusal?.Refusal.Code).ShouldBe(
            [null, ExecutionRefusals.TimeSavedInvalid.Code, ExecutionRefusals.ReferenceConflict.Code, null, null]);
        results[3].IsRepetition.ShouldBeTrue();
        await story.ShouldBeSoundAsync();
    }

    private async Task DeactivateAsync(CustomerProgram program)
    {
        await using var db = database.Open();
        (await db.CustomerPrograms.SingleAsync(stored => stored.Id == program.Id)).Deactivate(database.Clock.GetUtcNow());
        await db.SaveChangesAsync();
    }
}
