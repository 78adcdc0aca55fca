using System.Globalization;
using System.Resources;

namespace NadooIt.Web.Crm;

/// <summary>Countries by their ISO 3166-1 alpha-2 code, in the language of the reader; less usual ones in English.</summary>
internal static class Countries
{
    private static readonly ResourceManager Names = new("NadooIt.Web.Crm.Countries", typeof(Countries).Assembly);

    // The platform knows every region, but its name only in its own languages and in English.
    private static readonly RegionInfo[] Regions =
    [
        .. CultureInfo.GetCultures(CultureTypes.SpecificCultures)
            .Select(culture => new RegionInfo(culture.Name))
            .Where(region => region.TwoLetterISORegionName is { Length: 2 } code && code.All(char.IsAsciiLetterUpper))
            .DistinctBy(region => region.TwoLetterISORegionName),
    ];

    /// <summary>All of them, sorted by name.</summary>
    public static IEnumerable<(string Code, string Name)> All =>
        Regions.Select(region => (region.TwoLetterISORegionName, Name: Name(region.TwoLetterISORegionName))).OrderBy(country => country.Name, StringComparer.CurrentCulture);

    /// <summary>The name of a country; the code itself when nobody knows it.</summary>
    public static string Name(string code) =>
        Names.GetString(code, CultureInfo.CurrentUICulture) ?? Regions.FirstOrDefault(region => region.TwoLetterISORegionName == code)?.EnglishName ?? code;
}
