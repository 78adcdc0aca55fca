using System.Globalization;
using System.Resources;

namespace NadooIt.Web.Shared;

/// <summary>The sentence for a refusal's code, in the culture of the reader.</summary>
internal static class RefusalTexts
{
    private static readonly ResourceManager Sentences =
        new("NadooIt.Web.Shared.Refusals", typeof(RefusalTexts).Assembly);

    /// <exception cref="MissingManifestResourceException">The code has no sentence; that is a bug.</exception>
    public static string For(string code) =>
        Sentences.GetString(code, CultureInfo.CurrentUICulture)
        ?? throw new MissingManifestResourceException($"Refusals.resx has no sentence for '{code}'.");
}
