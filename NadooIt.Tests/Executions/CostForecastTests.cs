using FsCheck;
using FsCheck.Fluent;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Ownership;

namespace NadooIt.Tests.Executions;

/// <summary>What is forecast is what is billed when the runs happen, to the last decimal.</summary>
public sealed class CostForecastTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_forecast_equals_the_bill_over_steps_accounts_and_overdrafts()
    {
        var questions =
            from balances in Gen.ListOf(Gen.Choose(0, 150_000), 3)
            from overdraft in Gen.Choose(0, 20_000)
            from isDynamic in Gen.Elements(true, true, false)
            from price in Gen.Choose(1, 900_000)
            from savedBefore in Gen.Choose(0, 200_000)
            from runs in Gen.Choose(1, 60)
            from perRun in Gen.Choose(1, 20_000)
            select new Question([.. balances.Select(balance => (long)balance)], overdraft, isDynamic ? null : price / 1_000_000m, savedBefore, runs, perRun);
        var (steps, prepaidRanOut) = (0, 0);

        Prop.ForAll(questions.ToArbitrary(), question =>
        {
            var (forecast, recorded) = (Forecast(question), Record(question));
            forecast.Price.ShouldBe(recorded.Aggregate(Money.NoEuro, (sum, execution) => sum + execution.Price));
            forecast.Prepaid.Value.ShouldBe(recorded.Sum(execution => execution.Prepaid.Value));
            forecast.Billed.Value.ShouldBe(recorded.Sum(execution => execution.Billed.Value));
            forecast.Parts.SelectMany(part => Enumerable.Repeat(part.Rate, part.Runs)).ShouldBe(recorded.Select(execution => execution.Rate));
            steps += forecast.Parts.Count > 2 ? 1 : 0;
            prepaidRanOut += forecast.Prepaid > Seconds.Zero && forecast.Billed > Seconds.Zero ? 1 : 0;
        }).QuickCheckThrowOnFailure();

        // The interesting histories are among those that were tried.
        steps.ShouldBePositive();
        prepaidRanOut.ShouldBePositive();
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        var terms = new CustomerProgramTerms(Seconds.Zero, new Seconds(100), PriceMode.Dynamic, null);
        CostForecast Of(int runs, long perRun) => CostForecast.Of(runs, new Seconds(perRun), terms, Seconds.Zero, []);

        Of(1, 100).Billed.Value.ShouldBe(100);
        Should.Throw<Refused>(() => Of(0, 100)).Refusal.ShouldBe(ExecutionRefusals.ForecastInvalid);
        Should.Throw<Refused>(() => Of(CostForecast.MostRuns + 1, 100)).Refusal.ShouldBe(ExecutionRefusals.ForecastInvalid);
        Should.Throw<Refused>(() => Of(1, 101)).Refusal.ShouldBe(ExecutionRefusals.TimeSavedInvalid);
        Should.Throw<Refused>(() => Of(1, 0)).Refusal.ShouldBe(ExecutionRefusals.TimeSavedInvalid);
    }

    private static CostForecast Forecast(Question question) => CostForecast.Of(
        question.Runs, new Seconds(question.PerRun), question.Terms, new Seconds(question.SavedBefore), question.Accounts().Select(account => new Seconds(account.Available)));

    private static List<Execution> Record(Question question)
    {
        var program = NewId.At<CustomerProgramId>(Now);
        var person = NewId.At<PersonId>(Now);
        var receivable = LedgerAccount.Open(new(program.Value), question.Customer, LedgerAccountKind.Receivable);
        var running = new RunningProgram(question.Customer, question.Terms, true, new Seconds(question.SavedBefore), receivable, question.Accounts());
        return
        [
            .. Enumerable.Range(0, question.Runs).Select(number => running.Record(
                new(NewId.At<ExecutionId>(Now), program, $"run-{number}", question.PerRun, null, null, person, null, Now)).Execution),
        ];
    }

    private sealed record Question(IReadOnlyList<long> Balances, long Overdraft, decimal? Price, long SavedBefore, int Runs, long PerRun)
    {
        public CustomerId Customer { get; } = NewId.At<CustomerId>(Now);

        public CustomerProgramTerms Terms => new(
            Seconds.Zero, CustomerProgramTerms.UsualLargestSaved,
            Price is null ? PriceMode.Dynamic : PriceMode.Fixed, Price is { } price ? PricePerSecond.Of(price) : null);

        /// <summary>The accounts as they stand at first; the last one may be overdrawn.</summary>
        public IReadOnlyList<LedgerAccount> Accounts() => [.. Balances.Select((balance, index) => Account(balance, index == Balances.Count - 1 ? Overdraft : 0))];

        private LedgerAccount Account(long balance, long overdraft)
        {
            var account = LedgerAccount.Open(NewId.At<LedgerAccountId>(Now), Customer, LedgerAccountKind.PrepaidTime, -overdraft);
            if (balance > 0)
            {
                account.Credit(balance, LedgerBoundary.TimeSold, new Booking(NewId.At<TransferId>(Now), TransferKind.Purchase, NewId.At<PersonId>(Now), Now));
            }

            return account;
        }
    }
}
