using System.Globalization;
using System.Text.RegularExpressions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.Api;

/// <summary>Instants as RFC 3339 writes them: always with an offset, so that nobody has to guess.</summary>
internal static partial class Instants
{
    /// <summary>No program of ours ran before; what is older is a broken clock.</summary>
    public static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static bool TryParse(string text, out DateTimeOffset instant)
    {
        instant = default;
        return Shape().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);
    }

    /// <summary>An instant, or a day, which means its beginning in Europe/Berlin.</summary>
    public static bool TryParseDayOrInstant(string text, out DateTimeOffset instant)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1 and < 9999)
        {
            instant = BusinessTime.StartOf(day);
            return true;
        }

        return TryParse(text, out instant);
    }

    [GeneratedRegex(@"\A\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})\z", RegexOptions.NonBacktracking)]
    private static partial Regex Shape();
}
