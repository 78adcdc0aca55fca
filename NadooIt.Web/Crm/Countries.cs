using System.Globalization;

namespace NadooIt.Web.Crm;

/// <summary>Countries by their ISO 3166-1 alpha-2 code, in the language of the reader.</summary>
internal static class Countries
{
    private static readonly string[] Codes =
    [
        .. CultureInfo.GetCultures(CultureTypes.SpecificCultures)
            .Select(culture => new RegionInfo(culture.Name).TwoLetterISORegionName)
            .Where(code => code.Length == 2 && code.All(char.IsAsciiLetterUpper))
            .Distinct(),
    ];

    /// <summary>All of them, sorted by name.</summary>
    public static IEnumerable<(string Code, string Name)> All =>
        Codes.Select(code => (code, Name(code))).OrderBy(country => country.Item2, StringComparer.CurrentCulture);

    /// <summary>The name of a country; the code itself when nobody knows it.</summary>
    public static string Name(string code) => Codes.Contains(code) ? new RegionInfo(code).DisplayName : code;
}
