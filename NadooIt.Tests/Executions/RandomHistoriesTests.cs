using FsCheck;
using FsCheck.Fluent;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Ownership;

namespace NadooIt.Tests.Executions;

/// <summary>Random histories of one customer program against the simplest model that can be written down.</summary>
public sealed class RandomHistoriesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Balances_ladder_and_money_follow_the_model_to_the_last_decimal()
    {
        var histories =
            from balances in Gen.ListOf(Gen.Choose(0, 200_000), 3)
            from overdraft in Gen.Choose(0, 5_000)
            from isDynamic in Gen.Elements(true, false)
            from price in Gen.Choose(1, 900_000)
            from runs in Gen.NonEmptyListOf(Gen.Choose(-3, 90_000))
            select new History([.. balances.Select(balance => (long)balance)], overdraft, isDynamic ? null : price / 1_000_000m, [.. runs.Select(run => (long)run)]);

        Prop.ForAll(histories.ToArbitrary(), FollowsTheModel).QuickCheckThrowOnFailure();
    }

    private static void FollowsTheModel(History history)
    {
        var customer = NewId.At<CustomerId>(Now);
        var person = NewId.At<PersonId>(Now);
        var program = NewId.At<CustomerProgramId>(Now);
        var accounts = history.Balances.Select((balance, index) => Account(customer, person, balance, index == 2 ? history.Overdraft : 0)).ToList();
        var receivable = LedgerAccount.Open(new(program.Value), customer, LedgerAccountKind.Receivable);
        var terms = new CustomerProgramTerms(
            Seconds.Zero, CustomerProgramTerms.UsualLargestSaved,
            history.Price is null ? PriceMode.Dynamic : PriceMode.Fixed, history.Price is { } price ? PricePerSecond.Of(price) : null);
        var running = new RunningProgram(customer, terms, true, Seconds.Zero, receivable, accounts);

        var left = history.Balances.Select((balance, index) => balance + (index == 2 ? history.Overdraft : 0)).ToArray();
        var (saved, owed) = (0L, 0m);
        foreach (var (run, number) in history.Runs.Select((run, number) => (run, number)))
        {
            var request = new ExecutionRequest(NewId.At<ExecutionId>(Now), program, $"run-{number}", run, null, null, person, null, Now);
            if (run is < 1 or > 86_400)
            {
                Should.Throw<Refused>(() => running.Record(request)).Refusal.ShouldBe(ExecutionRefusals.TimeSavedInvalid);
                continue;
            }

            var recorded = running.Record(request);

            var open = run;
            for (var i = 0; i < left.Length; i++)
            {
                var part = Math.Min(open, left[i]);
                (left[i], open) = (left[i] - part, open - part);
            }

            var rate = history.Price ?? decimal.Round(HourPrice(saved) / 3600m, 6, MidpointRounding.ToEven);
            saved += run;
            owed += open * rate;
            recorded.Execution.Billed.Value.ShouldBe(open);
            recorded.Execution.Prepaid.Value.ShouldBe(run - open);
            recorded.Execution.Rate.Amount.ShouldBe(rate);
            recorded.Execution.Price.Amount.ShouldBe(open * rate);
            recorded.Transfers.Sum(transfer => transfer.Unit == LedgerUnit.Second ? transfer.Amount : 0).ShouldBe(run - open);
        }

        running.Saved.Value.ShouldBe(saved);
        receivable.Balance.ShouldBe((long)(owed * 1_000_000m));
        accounts.Select(account => account.Available).ShouldBe(left);
    }

    private static decimal HourPrice(long savedSeconds) => savedSeconds switch
    {
        < 6 * 3600 => 230,
        < 11 * 3600 => 200,
        < 16 * 3600 => 170,
        < 21 * 3600 => 140,
        < 26 * 3600 => 110,
        < 31 * 3600 => 80,
        < 45 * 3600 => 50,
        _ => 30,
    };

    private static LedgerAccount Account(CustomerId customer, PersonId person, long balance, long overdraft)
    {
        var account = LedgerAccount.Open(NewId.At<LedgerAccountId>(Now), customer, LedgerAccountKind.PrepaidTime, -overdraft);
        if (balance > 0)
        {
            account.Credit(balance, LedgerBoundary.TimeSold, new Booking(NewId.At<TransferId>(Now), TransferKind.Purchase, person, Now));
        }

        return account;
    }

    private sealed record History(IReadOnlyList<long> Balances, long Overdraft, decimal? Price, IReadOnlyList<long> Runs);
}
