namespace NadooIt.Web.Keys;

/// <summary>A browser's own description of itself (the User-Agent header) in words that its owner recognises.</summary>
public static class Devices
{
    // Each browser also names those it wants to be taken for, so the more special one stands first.
    private static readonly (string Sign, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Sign, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Mac OS X", "macOS"), ("Linux", "Linux")];

    /// <summary>For instance "Firefox, Windows"; null when neither is recognised.</summary>
    public static string? Describe(string userAgent)
    {
        var parts = new[] { Browsers, Systems }.Select(known => known.FirstOrDefault(entry => userAgent.Contains(entry.Sign, StringComparison.Ordinal)).Name);
        var text = string.Join(", ", parts.Where(part => part is not null));
        return text.Length > 0 ? text : null;
    }
}
