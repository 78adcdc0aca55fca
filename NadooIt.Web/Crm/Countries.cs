using System.Collections.Frozen;
using System.Globalization;

namespace NadooIt.Web.Crm;

/// <summary>Countries by their ISO 3166-1 alpha-2 code, in the language of the reader.</summary>
internal static class Countries
{
    // A region is known by one of its cultures; not every code can be looked up by itself.
    private static readonly FrozenDictionary<string, RegionInfo> Regions = CultureInfo.GetCultures(CultureTypes.SpecificCultures)
        .Select(culture => new RegionInfo(culture.Name))
        .Where(region => region.TwoLetterISORegionName is { Length: 2 } code && code.All(char.IsAsciiLetterUpper))
        .DistinctBy(region => region.TwoLetterISORegionName)
        .ToFrozenDictionary(region => region.TwoLetterISORegionName);

    /// <summary>All of them, sorted by name.</summary>
    public static IEnumerable<(string Code, string Name)> All =>
        Regions.Select(region => (region.Key, region.Value.DisplayName)).OrderBy(country => country.DisplayName, StringComparer.CurrentCulture);

    /// <summary>The name of a country; the code itself when nobody knows it.</summary>
    public static string Name(string code) => Regions.TryGetValue(code, out var region) ? region.DisplayName : code;
}
