using FsCheck;
using FsCheck.Fluent;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Tests.Ownership;

public sealed class PriceLadderTests
{
    [Theory]
    [InlineData(0, "230", "0.063889")]
    [InlineData(6, "200", "0.055556")]
    [InlineData(11, "170", "0.047222")]
    [InlineData(16, "140", "0.038889")]
    [InlineData(21, "110", "0.030556")]
    [InlineData(26, "80", "0.022222")]
    [InlineData(31, "50", "0.013889")]
    [InlineData(45, "30", "0.008333")]
    public void Each_step_begins_with_its_lower_bound(int hours, string perHour, string perSecond)
    {
        var step = PriceLadder.StepAt(Seconds.FromHours(hours));

        step.EuroPerHour.ShouldBe(Parse(perHour));
        step.PerSecond.Amount.ShouldBe(Parse(perSecond));
        if (hours > 0)
        {
            var before = PriceLadder.StepAt(Seconds.FromHours(hours) - new Seconds(1));
            before.FromHours.ShouldBeLessThan(hours);
            before.EuroPerHour.ShouldBeGreaterThan(step.EuroPerHour);
        }
    }

    [Theory]
    [InlineData(-1, 230)]
    [InlineData((5 * 3600) + 3564, 230)]
    [InlineData((10 * 3600) + 3564, 200)]
    [InlineData((44 * 3600) + 3564, 50)]
    [InlineData(1_000_000_000, 30)]
    public void Between_the_edges_the_lower_step_holds(long seconds, int perHour) =>
        PriceLadder.StepAt(new Seconds(seconds)).EuroPerHour.ShouldBe(perHour);

    [Fact]
    public void The_next_step_is_the_first_that_begins_later()
    {
        PriceLadder.NextStep(Seconds.Zero)!.FromHours.ShouldBe(6);
        PriceLadder.NextStep(Seconds.FromHours(6))!.FromHours.ShouldBe(11);
        PriceLadder.NextStep(Seconds.FromHours(45) - new Seconds(1))!.FromHours.ShouldBe(45);
        PriceLadder.NextStep(Seconds.FromHours(45)).ShouldBeNull();
    }

    [Fact]
    public void The_price_never_rises_with_the_time_saved() => Check.QuickThrowOnFailure(Prop.ForAll<int, int>((saved, more) =>
    {
        var (before, after) = (Math.Abs((long)saved), Math.Abs((long)saved) + Math.Abs((long)more));
        return PriceLadder.StepAt(new Seconds(after)).PerSecond.Amount <= PriceLadder.StepAt(new Seconds(before)).PerSecond.Amount;
    }));

    private static decimal Parse(string number) => decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture);
}
