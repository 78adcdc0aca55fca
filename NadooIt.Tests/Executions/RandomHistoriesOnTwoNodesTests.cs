using System.Globalization;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Budgets;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Data.Ledger;
using NadooIt.Data.Orders;
using NadooIt.Data.Statements;
using NadooIt.Data.TimeAccounts;
using NadooIt.Domain.Budgets;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Orders;
using NadooIt.Domain.TimeAccounts;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Executions;

/// <summary>
/// Random histories of one customer through two nodes on the real database, against <see cref="HistoryModel"/>: recordings one by one,
/// in batches and in bursts, retries, past months, payments, reversals, refunds, purchases, corrections, moves, payouts, budgets and
/// orders. Most is recorded with an API key, and so decided from what a node remembers; some by hand, and so under locks.
/// What is done at once either does not touch, or its outcome tells in which order it happened.
/// </summary>
public sealed class RandomHistoriesOnTwoNodesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string SeedVariable = "NADOOIT_HISTORY_SEED";
    private const int Histories = 6;
    private const int Steps = 45;

    [Fact]
    public async Task Balances_statements_ladder_and_money_follow_the_model_to_the_last_decimal()
    {
        await using var one = await Node.StartAsync(database);
        await using var two = await Node.StartAsync(database);
        var first = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next(1_000_000);
        for (var seed = first; seed < first + Histories; seed++)
        {
            var history = await History.BeginAsync(database, [one, two], seed);
            try
            {
                await history.RunAsync(Steps);
            }
            catch (Exception exception)
            {
                throw new ShouldAssertException($"{SeedVariable}={seed} shows it again. After {history.Story}: {exception.Message}", exception);
            }
        }
    }

    private sealed class History
    {
        private static readonly CancellationToken None = CancellationToken.None;
        private readonly TestDatabase database;
        private readonly Node[] nodes;
        private readonly Random random;
        private readonly ExecutionStory people;
        private readonly Caller recorder;
        private readonly Caller administrator;
        private readonly ApiKeyId key;
        private readonly CustomerProgramId[] programs;
        private readonly TimeAccount[] accounts;
        private readonly HistoryModel model = new();
        private readonly Dictionary<string, ExecutionId> ids = [];
        private readonly Dictionary<string, ExecutionRequest> requests = [];
        private readonly List<string> told = [];
        private int number;

        private History(
            TestDatabase database, Node[] nodes, int seed, ExecutionStory people, Caller recorder, Caller administrator, ApiKeyId key, CustomerProgramId[] programs, TimeAccount[] accounts) =>
            (this.database, this.nodes, random, this.people, this.recorder, this.administrator, this.key, this.programs, this.accounts) =
            (database, nodes, new Random(seed), people, recorder, administrator, key, programs, accounts);

        public string Story => string.Join("; ", told.TakeLast(8));

        private DateTimeOffset Now => database.Clock.GetUtcNow();

        private DateOnly ThisMonth => DaySpan.MonthOf(BusinessTime.DayOf(Now));

        private Node Any => nodes[random.Next(2)];

        public static async Task<History> BeginAsync(TestDatabase database, Node[] nodes, int seed)
        {
            var people = await ExecutionStory.BeginAsync(database);
            TimeAccount[] accounts = [await people.AccountAsync(), await people.AccountAsync(), await people.AccountAsync(0, HistoryModel.Overdrafts[2])];
            var programs = new List<CustomerProgramId>();
            foreach (var (price, draws) in new[] { ((decimal?)HistoryModel.FixedPrice, HistoryModel.Draws[0]), (null, HistoryModel.Draws[1]), (HistoryModel.OrderPrice, HistoryModel.Draws[2]) })
            {
                programs.Add((await people.ProgramAsync(price, 60, [.. draws.Select(place => accounts[place].Id)])).Id);
            }

            await using var db = database.Open();
            var perOrder = await db.CustomerPrograms.SingleAsync(program => program.Id == programs[HistoryModel.PerOrder]);
            perOrder.Change(perOrder.Terms with { ChargesOncePerOrder = true });
            var callers = new List<Caller>();
            foreach (var person in new[] { people.Recorder.Id, database.Landscape.Administrator.Id })
            {
                var session = Session.Begin(person, "127.0.0.1", "Test", database.Clock.GetUtcNow());
                db.Add(session);
                callers.Add(new(person, session.Id, null, "127.0.0.1"));
            }

            await db.SaveChangesAsync();
            return new(database, nodes, seed, people, callers[0], callers[1], await people.KeyAsync(), [.. programs], accounts);
        }

        public async Task RunAsync(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                await StepAsync();
                if (step % 5 == 4)
                {
                    await ShouldFollowAsync();
                }
            }

            await ShouldFollowAsync();
            await ShouldBeSoundAsync();
        }

        private Task StepAsync() => random.Next(16) switch
        {
            0 or 1 or 2 => RecordAsync(Request()),
            3 => BatchAsync([.. Enumerable.Range(0, random.Next(2, 7)).Select(_ => Request())]),
            4 => BurstAsync(),
            5 => RetryAsync(),
            6 => SameAtOnceAsync(),
            7 => OnRunAsync("pay", run => model.Pay(run), id => Any.As<MarkExecutionsPaid>(administrator).RunAsync(new([id], null), None)),
            8 => OnRunAsync("reverse", run => model.Reverse(run), id => Any.As<ReverseExecution>(recorder).RunAsync(id, "Test", None)),
            9 => OnRunAsync("refund", run => model.Refund(run), id => Any.As<RefundExecution>(administrator).RunAsync(id, "Test", None)),
            10 => IndependentAtOnceAsync(),
            11 => TimeAsync(),
            12 => PayOutAsync(),
            13 => BudgetAsync(),
            14 => DecideAsync(),
            _ => CompleteAndCancelAtOnceAsync(),
        };

        private ExecutionRequest Request(int? program = null)
        {
            var which = program ?? random.Next(3);
            var saved = random.Next(20) == 0 ? random.Next(-2, 1) : random.Next(1, which == HistoryModel.Ladder ? 20_000 : 900);
            var request = new ExecutionRequest(
                NewId.At<ExecutionId>(Now), programs[which], $"r-{++number}", saved, random.Next(4) == 0 ? Now.AddDays(-random.Next(20, 30)) : null,
                random.Next(3) > 0 ? $"A-{random.Next(5)}" : null, recorder.Person, random.Next(4) > 0 ? key : null, Now);
            return requests[request.Reference] = request;
        }

        /// <summary>Records in the model as the request says.</summary>
        private Refusal? InModel(ExecutionRequest request) => model.Record(
            Array.IndexOf(programs, request.CustomerProgram), request.Reference, request.TimeSaved!.Value, request.OrderReference, DaySpan.MonthOf(BusinessTime.DayOf(request.OccurredAt ?? Now)));

        private Task<RecordExecution.Result> SendAsync(Node node, ExecutionRequest request) => node.As<RecordExecution>(recorder).RunAsync(
            new(request.CustomerProgram, request.Reference, request.TimeSaved, request.OccurredAt, request.OrderReference), None);

        private Task RecordAsync(ExecutionRequest request) => request.ApiKey is not null ? BatchAsync([request]) :
            SameAsync($"record {request.TimeSaved} of {Array.IndexOf(programs, request.CustomerProgram)} for {request.OrderReference}", InModel(request), async () =>
                ids[request.Reference] = (await SendAsync(Any, request)).Id);

        private async Task BatchAsync(IReadOnlyList<ExecutionRequest> batch)
        {
            told.Add($"batch of {batch.Count}");
            var expected = batch.Select(InModel).ToList();
            var results = await Any.Book.RecordAsync([.. batch.Select(OrderOf)], None);
            results.Select(result => result.Refusal?.Refusal.Code).ShouldBe(expected.Select(refusal => refusal?.Code));
            Note(results);
        }

        /// <summary>Many executions of one program through both nodes at once; how much was saved before each tells their order.</summary>
        private async Task BurstAsync()
        {
            var program = random.Next(3);
            var sent = Enumerable.Range(0, 8).Select(_ => Request(program)).ToList();
            told.Add($"burst on {program}");
            var pages = await Task.WhenAll(sent.Chunk(2).Select((page, place) => Task.Run(() => nodes[place % 2].Book.RecordAsync([.. page.Select(OrderOf)], None))));
            var results = sent.Zip(pages.SelectMany(page => page)).ToList();
            Note(results.Select(result => result.Second));
            foreach (var (request, _) in results.Where(result => result.Second.Execution is not null).OrderBy(result => result.Second.Execution!.SavedBefore.Value))
            {
                InModel(request).ShouldBeNull();
            }

            // With a fixed price room only shrinks during a burst, so what was refused would be refused now.
            foreach (var (request, result) in results.Where(result => program == HistoryModel.Fixed && result.Second.Refusal is not null))
            {
                InModel(request).ShouldBe(result.Refusal!.Refusal, $"{request.TimeSaved} was refused without need");
            }
        }

        private async Task RetryAsync()
        {
            if (ids.Count == 0)
            {
                return;
            }

            var execution = await StoredAsync(ids.Values.ElementAt(random.Next(ids.Count)));
            told.Add($"retry {execution.Reference}");
            var request = requests[execution.Reference];
            (await Task.WhenAll(nodes.Select(node => SendAsync(node, request)))).ShouldAllBe(result => result.IsRepetition && result.Id == execution.Id);
            (await TriedAsync(() => SendAsync(Any, request with { TimeSaved = request.TimeSaved + 1 }))).ShouldBe(ExecutionRefusals.ReferenceConflict);
        }

        /// <summary>The same request through both nodes at once: one of them records it.</summary>
        private async Task SameAtOnceAsync()
        {
            var request = Request();
            told.Add($"the same at once: {request.TimeSaved}");
            var expected = InModel(request);
            var results = await Task.WhenAll(nodes.Select(async node =>
            {
                RecordExecution.Result? result = null;
                var refusal = await TriedAsync(async () => result = await SendAsync(node, request));
                return (Refusal: refusal, Result: result);
            }));
            results.ShouldAllBe(result => result.Refusal == expected);
            if (expected is null)
            {
                results.Count(result => !result.Result!.IsRepetition).ShouldBe(1);
                results.Select(result => result.Result!.Id).Distinct().Count().ShouldBe(1);
                ids[request.Reference] = results[0].Result!.Id;
            }
        }

        private Task OnRunAsync(string what, Func<HistoryModel.Run, Refusal?> inModel, Func<ExecutionId, Task> act)
        {
            if (model.Runs.Count == 0)
            {
                return Task.CompletedTask;
            }

            var run = model.Runs[random.Next(model.Runs.Count)];
            return SameAsync($"{what} {run.Reference} ({run.Status})", inModel(run), () => act(ids[run.Reference]));
        }

        /// <summary>Things that do not touch each other, through both nodes at once.</summary>
        private async Task IndependentAtOnceAsync()
        {
            var runs = model.Runs.OrderBy(_ => random.Next()).Take(3).ToList();
            if (runs.Count < 3)
            {
                return;
            }

            told.Add($"at once: pay {runs[0].Reference}, reverse {runs[1].Reference}, refund {runs[2].Reference}, buy 50");
            Refusal?[] expected = [model.Pay(runs[0]), model.Reverse(runs[1]), model.Refund(runs[2]), model.Add(1, 50)];
            var done = await Task.WhenAll(
                TriedAsync(() => nodes[0].As<MarkExecutionsPaid>(administrator).RunAsync(new([ids[runs[0].Reference]], null), None)),
                TriedAsync(() => nodes[1].As<ReverseExecution>(recorder).RunAsync(ids[runs[1].Reference], "Test", None)),
                TriedAsync(() => nodes[0].As<RefundExecution>(administrator).RunAsync(ids[runs[2].Reference], "Test", None)),
                TriedAsync(() => nodes[1].As<BuyTime>(administrator).RunAsync(new(NewTransfer(), accounts[1].Id, new Seconds(50), null), None)));
            done.ShouldBe(expected);
        }

        private Task TimeAsync()
        {
            var (place, other, amount) = (random.Next(3), random.Next(3), (long)random.Next(1, 3_000));
            return (random.Next(3), place == other) switch
            {
                (0, _) => SameAsync($"buy {amount}", model.Add(place, amount), () =>
                    Any.As<BuyTime>(administrator).RunAsync(new(NewTransfer(), accounts[place].Id, new Seconds(amount), null), None)),
                (1, false) => SameAsync($"move {amount} from {place} to {other}", model.Move(place, other, amount), () =>
                    Any.As<MoveTime>(administrator).RunAsync(new(NewTransfer(), accounts[place].Id, accounts[other].Id, new Seconds(amount), null), None)),
                _ => SameAsync($"correct {place} by -{amount}", model.Add(place, -amount), () =>
                    Any.As<CorrectTime>(administrator).RunAsync(new(NewTransfer(), accounts[place].Id, new Seconds(-amount), "Test"), None)),
            };
        }

        private Task PayOutAsync()
        {
            var millionths = random.Next(2) == 0 && model.Owed > 0 ? model.Owed : random.Next(1, 3_000_000);
            return SameAsync($"pay out {millionths}", model.PayOut(millionths), () =>
                Any.As<PayOut>(administrator).RunAsync(new(NewTransfer(), people.Customer, millionths / 1_000_000m, "Test"), None));
        }

        private async Task BudgetAsync()
        {
            var (of, limit) = (random.Next(-1, 3), random.Next(1, 400) / 4m);
            if (model.Stops.ContainsKey(of) && random.Next(2) == 0)
            {
                told.Add($"end the budget of {of}");
                model.Stops.Remove(of);
                var budget = (await ListBudgetsAsync()).Single(row => row.Program == ProgramOf(of));
                await Any.As<EndBudget>(administrator).RunAsync(budget.Id, None);
                return;
            }

            told.Add($"budget {limit} for {of}");
            model.Stops[of] = limit;
            await Any.As<SetBudget>(administrator).RunAsync(new(people.Customer, ProgramOf(of), limit, [50], true), None);
        }

        private async Task DecideAsync()
        {
            if (await AnyOrderAsync() is not { } order)
            {
                return;
            }

            var isCompletion = random.Next(2) == 0;
            await SameAsync($"{(isCompletion ? "complete" : "cancel")} {order.Reference}", model.Decide(order.Reference, isCompletion), () => isCompletion
                ? Any.As<CompleteOrder>(recorder).RunAsync(order.Id, null, None)
                : Any.As<CancelOrder>(recorder).RunAsync(order.Id, "Test", None));
        }

        private async Task CompleteAndCancelAtOnceAsync()
        {
            if (await AnyOrderAsync() is not { Status: OrderStatus.Open } order)
            {
                return;
            }

            told.Add($"complete and cancel {order.Reference} at once");
            var done = await Task.WhenAll(
                TriedAsync(() => nodes[0].As<CompleteOrder>(recorder).RunAsync(order.Id, null, None)),
                TriedAsync(() => nodes[1].As<CancelOrder>(recorder).RunAsync(order.Id, "Test", None)));
            done.Count(refusal => refusal is null).ShouldBe(1);
            model.Decide(order.Reference, isCompletion: done[0] is null).ShouldBeNull();
            done.ShouldContain(done[0] is null ? OrderRefusals.AlreadyCompleted : OrderRefusals.AlreadyCancelled);
        }

        private async Task<ExecutionOrder?> AnyOrderAsync()
        {
            await using var db = database.Open();
            var orders = await db.ExecutionOrders.AsNoTracking().Where(order => order.CustomerId == people.Customer).OrderBy(order => order.Id).ToListAsync();
            return orders.Count == 0 ? null : orders[random.Next(orders.Count)];
        }

        private async Task ShouldFollowAsync()
        {
            await using var db = database.Open();
            var ledgers = await db.LedgerAccounts.AsNoTracking().Where(account => account.CustomerId == people.Customer).ToDictionaryAsync(account => account.Id);
            accounts.Select(account => ledgers[account.LedgerAccountId].Balance).ShouldBe(model.Balances);
            accounts.Select(account => -ledgers[account.LedgerAccountId].Pending).ShouldBe(model.Held);
            var executions = (await db.Executions.AsNoTracking().Where(execution => execution.CustomerId == people.Customer).ToListAsync())
                .ToDictionary(execution => (execution.CustomerProgramId, execution.Reference));
            executions.Count.ShouldBe(model.Runs.Count);
            foreach (var run in model.Runs)
            {
                var execution = executions[(programs[run.Program], run.Reference)];
                execution.Status.ShouldBe(run.Status, run.Reference);
                (execution.SavedBefore.Value, execution.Prepaid.Value, execution.Price.Millionths, execution.IsFree).ShouldBe((run.SavedBefore, run.Parts.Sum(), run.Price, run.IsFree), run.Reference);
                execution.Rate.Amount.ShouldBe(HistoryModel.Rate(run.Program, run.SavedBefore));
                execution.Price.Amount.ShouldBe(execution.Billed.Value * execution.Rate.Amount);
                (execution.Prepaid + execution.Billed).Value.ShouldBe(run.IsFree ? 0 : run.Saved);
            }

            var progress = await db.CustomerProgramProgress.AsNoTracking().Where(row => row.CustomerId == people.Customer).ToDictionaryAsync(row => row.CustomerProgramId);
            for (var program = 0; program < programs.Length; program++)
            {
                progress[programs[program]].Saved.Value.ShouldBe(model.Saved(program));
                var receivable = ledgers[BookedExecution.ReceivableOf(programs[program])];
                (receivable.Balance, receivable.Pending).ShouldBe((model.Open(program), model.HeldMoney(program)));
            }
        }

        private async Task ShouldBeSoundAsync()
        {
            told.Add("the statements");
            var statement = await Any.As<ReadMoneyStatement>(administrator).RunAsync(new(people.Customer, ThisMonth), None);
            for (var program = 0; program < programs.Length; program++)
            {
                var row = statement.Programs.SingleOrDefault(found => found.Program == programs[program]) ?? ReadMoneyStatement.Row.Nothing;
                new[] { row.Opening, row.Billed, row.Paid, row.Reversed, row.Closing }.Select(money => money.Millionths)
                    .ShouldBe([0, model.Billed[program], model.Paid[program], model.Reversed[program], model.Open(program)]);
                (await Any.As<ListMoneyLines>(administrator).RunAsync(new(people.Customer, ThisMonth, programs[program], false, null, new()), None)).Sum.Millionths.ShouldBe(model.Open(program));
            }

            (statement.Owed.Billed.Millionths, statement.Owed.Paid.Millionths, statement.OwedNow.Millionths).ShouldBe((model.Refunded, model.PaidOut, model.Owed));
            statement.HeldNow.Millionths.ShouldBe(Enumerable.Range(0, 3).Sum(model.HeldMoney));
            for (var place = 0; place < accounts.Length; place++)
            {
                var lines = await Any.As<ReadStatement>(administrator).RunAsync(new(accounts[place].Id, Period.Always, new(Size: 200)), None);
                lines.Closing.Value.ShouldBe(model.Balances[place]);
                (lines.Lines.Total > 200 || lines.Lines.Rows.Sum(line => line.Amount.Value) == model.Balances[place]).ShouldBeTrue();
            }

            foreach (var row in await ListBudgetsAsync())
            {
                var of = row.Program is { } program ? Array.IndexOf(programs, program) : -1;
                (row.Used.Millionths, row.Terms.Limit.Amount).ShouldBe((model.Used(of, ThisMonth), model.Stops[of]));
            }

            await people.ShouldBeSoundAsync();
            await using var db = database.Open();
            (await LedgerVerifier.RunAsync(db, null, None)).Finding.ShouldBeNull();
        }

        private async Task<IReadOnlyList<ListBudgets.Row>> ListBudgetsAsync() => await nodes[0].As<ListBudgets>(administrator).RunAsync(new(Customer: people.Customer), None);

        private CustomerProgramId? ProgramOf(int of) => of < 0 ? null : programs[of];

        private TransferId NewTransfer() => NewId.At<TransferId>(Now);

        private static RecordingOrder OrderOf(ExecutionRequest request) => new(request, new Reach(true, []), []);

        private void Note(IEnumerable<RecordingResult> results)
        {
            foreach (var execution in results.Select(result => result.Execution).OfType<Execution>())
            {
                ids[execution.Reference] = execution.Id;
            }
        }

        private async Task<Execution> StoredAsync(ExecutionId id)
        {
            await using var db = database.Open();
            return await db.Executions.AsNoTracking().SingleAsync(execution => execution.Id == id);
        }

        private async Task SameAsync(string what, Refusal? expected, Func<Task> act)
        {
            told.Add(what);
            (await TriedAsync(act)).ShouldBe(expected, what);
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
}
