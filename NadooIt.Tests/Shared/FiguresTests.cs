using System.Globalization;
using NadooIt.Domain.Kernel;
using NadooIt.Web.Shared;

namespace NadooIt.Tests.Shared;

public sealed class FiguresTests
{
    [Theory]
    [InlineData("666.66", "666,660 €", "€666.660")]
    [InlineData("1333.32", "1.333,320 €", "€1,333.320")]
    [InlineData("1999.98", "1.999,980 €", "€1,999.980")]
    [InlineData("10", "10,000 €", "€10.000")]
    [InlineData("10.0", "10,000 €", "€10.000")]
    [InlineData("10.0006", "10,001 €", "€10.001")]
    [InlineData("10.0003", "10,000 €", "€10.000")]
    [InlineData("1234567.8916", "1.234.567,892 €", "€1,234,567.892")]
    [InlineData("-1234.5", "-1.234,500 €", "-€1,234.500")]
    [InlineData("999.9999", "1.000,000 €", "€1,000.000")]
    [InlineData("0.0005", "0,000 €", "€0.000")]
    [InlineData("0.0015", "0,002 €", "€0.002")]
    [InlineData("0", "0,000 €", "€0.000")]
    public void Totals_in_euro_show_three_decimals_half_to_even(string amount, string german, string english)
    {
        var money = Money.Euro(decimal.Parse(amount, CultureInfo.InvariantCulture));
        In("de", () => Figures.Total(money)).ShouldBe(german);
        In("en", () => Figures.Total(money)).ShouldBe(english);
    }

    [Theory]
    [InlineData(90_185, "25 std : 3 min : 5 sek", "25 h : 3 min : 5 s")]
    [InlineData(0, "0 std : 0 min : 0 sek", "0 h : 0 min : 0 s")]
    [InlineData(360_000, "100 std : 0 min : 0 sek", "100 h : 0 min : 0 s")]
    [InlineData(-1, "-0 std : 0 min : 1 sek", "-0 h : 0 min : 1 s")]
    public void Time_shows_hours_minutes_and_seconds(long seconds, string german, string english)
    {
        In("de", () => Figures.Time(new(seconds))).ShouldBe(german);
        In("en", () => Figures.Time(new(seconds))).ShouldBe(english);
    }

    [Fact]
    public void Exact_amounts_and_rates_show_six_decimals()
    {
        In("de", () => Figures.Exact(Money.Euro(690.0012m))).ShouldBe("690,001200 €");
        In("en", () => Figures.Rate(PricePerSecond.Of(0.063889m))).ShouldBe("€0.063889");
        In("de", () => Figures.InSeconds(new(86_400))).ShouldBe("86.400 s");
        In("en", () => Figures.PerHour(230m)).ShouldBe("€230.00");
    }

    private static string In(string culture, Func<string> write)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            return write();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
