using System.Globalization;
using System.Resources;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.Shared;

/// <summary>The sentence for a refusal's code, in the culture of the reader.</summary>
internal static class RefusalTexts
{
    private static readonly ResourceManager Sentences =
        new("NadooIt.Web.Shared.Refusals", typeof(RefusalTexts).Assembly);

    /// <summary>The sentence with the refusal's details filled in.</summary>
    /// <exception cref="MissingManifestResourceException">The code has no sentence; that is a bug.</exception>
    public static string For(Refused refused) =>
        string.Format(CultureInfo.CurrentCulture, For(refused.Refusal.Code), [.. refused.Details]);

    /// <summary>The sentence as it is written, placeholders included.</summary>
    /// <exception cref="MissingManifestResourceException">The code has no sentence; that is a bug.</exception>
    public static string For(string code) =>
        Sentences.GetString(code, CultureInfo.CurrentUICulture)
        ?? throw new MissingManifestResourceException($"Refusals.resx has no sentence for '{code}'.");
}
