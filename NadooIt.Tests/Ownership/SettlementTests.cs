using FsCheck;
using FsCheck.Fluent;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Tests.Ownership;

public sealed class SettlementTests
{
    private static readonly CustomerProgramTerms OneCent =
        new(new Seconds(60), CustomerProgramTerms.UsualLargestSaved, PriceMode.Fixed, PricePerSecond.Of(0.01m));

    [Theory]
    [InlineData(0, 60, 0, "0.60")]
    [InlineData(60, 60, 60, "0")]
    [InlineData(59, 60, 59, "0.01")]
    [InlineData(1000, 500, 500, "0")]
    [InlineData(100, 500, 100, "4.00")]
    public void Prepaid_time_goes_first(long balance, long saved, long prepaid, string price)
    {
        var settlement = Settlement.Of(new Seconds(saved), [new Seconds(balance)], OneCent, Seconds.Zero);

        settlement.Prepaid.Value.ShouldBe(prepaid);
        settlement.Price.Amount.ShouldBe(decimal.Parse(price, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void The_ladder_step_before_the_execution_counts()
    {
        var ladder = OneCent with { PriceMode = PriceMode.Dynamic, FixedPrice = null };
        var (saved, before) = (Seconds.FromHours(3), Seconds.Zero);
        var perHour = new List<decimal>();
        for (var run = 0; run < 4; run++)
        {
            var settlement = Settlement.Of(saved, [], ladder, before);
            settlement.Price.Amount.ShouldBe(settlement.Rate.Amount * saved.Value);
            perHour.Add(PriceLadder.StepAt(before).EuroPerHour);
            before += saved;
        }

        perHour.ShouldBe([230m, 230m, 200m, 200m]);
    }

    [Fact]
    public void The_parts_always_make_the_whole() => Check.QuickThrowOnFailure(Prop.ForAll<int, int[]>((number, balances) =>
    {
        var saved = new Seconds(1 + (Math.Abs((long)number) % 86_400));
        var available = balances.Select(balance => new Seconds(balance)).ToList();
        var settlement = Settlement.Of(saved, available, OneCent, Seconds.Zero);
        var parts = settlement.PrepaidParts;
        var firstNotEmptied = available.Zip(parts).TakeWhile(pair => pair.Second == Seconds.Max(pair.First, Seconds.Zero)).Count();
        return settlement.Prepaid + settlement.Billed == saved
            && settlement.Billed >= Seconds.Zero
            && parts.Count == available.Count
            && parts.Zip(available).All(pair => pair.First >= Seconds.Zero && pair.First <= Seconds.Max(pair.Second, Seconds.Zero))
            // Nothing is taken from an account while one before it still has something.
            && parts.Skip(firstNotEmptied + 1).All(part => part == Seconds.Zero)
            && (settlement.Billed == Seconds.Zero || firstNotEmptied == available.Count)
            && settlement.Price == OneCent.FixedPrice!.Value * settlement.Billed;
    }));
}
