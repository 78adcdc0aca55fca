using System.Globalization;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.Shared;

/// <summary>Amounts of time and money as people read them.</summary>
public static class Figures
{
    /// <summary>Seconds as whole hours, minutes and seconds: "25 std : 3 min : 5 sek", in English "25 h : 3 min : 5 s".</summary>
    public static string Time(Seconds seconds)
    {
        var whole = Math.Abs(seconds.Value);
        var (hour, second) = IsGerman ? ("std", "sek") : ("h", "s");
        var text = FormattableString.Invariant($"{whole / 3600} {hour} : {whole / 60 % 60} min : {whole % 60} {second}");
        return seconds.Value < 0 ? $"-{text}" : text;
    }

    /// <summary>Hours as a figure to compare, without unit: two decimals, from 100 hours on none.</summary>
    public static string Hours(Seconds seconds)
    {
        var hours = seconds.Value / 3600m;
        return hours.ToString(Math.Abs(hours) < 100 ? "N2" : "N0", CultureInfo.CurrentCulture);
    }

    /// <summary>A number of seconds with its unit.</summary>
    public static string InSeconds(Seconds seconds) => $"{seconds.Value.ToString("N0", CultureInfo.CurrentCulture)} s";

    /// <summary>A total in euro: three decimals, half to even: "1.333,320 €", in English "€1,333.320".</summary>
    public static string Total(Money money) => Euro(decimal.Round(money.Amount, 3, MidpointRounding.ToEven), "N3");

    /// <summary>An exact amount in euro: six decimals.</summary>
    public static string Exact(Money money) => Euro(money.Amount, "N6");

    /// <summary>A price per second in euro: six decimals.</summary>
    public static string Rate(PricePerSecond price) => Euro(price.Amount, "N6");

    /// <summary>A price per hour in euro.</summary>
    public static string PerHour(decimal euro) => Euro(euro, "N2");

    private static bool IsGerman => CultureInfo.CurrentCulture.TwoLetterISOLanguageName == "de";

    private static string Euro(decimal amount, string format)
    {
        var number = Math.Abs(amount).ToString(format, CultureInfo.CurrentCulture);
        var sign = amount < 0 ? "-" : "";
        return IsGerman ? $"{sign}{number} €" : $"{sign}€{number}";
    }
}
