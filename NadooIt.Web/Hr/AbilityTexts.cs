using System.Globalization;
using System.Resources;
using NadooIt.Domain.Hr;

namespace NadooIt.Web.Hr;

/// <summary>Abilities and roles in the words of the reader. The keys are the names of the values.</summary>
public static class AbilityTexts
{
    private static readonly ResourceManager Words = new("NadooIt.Web.Hr.Abilities", typeof(AbilityTexts).Assembly);

    /// <summary>What the ability lets one do.</summary>
    public static string Of(Ability ability) => Find($"Ability.{ability}");

    /// <summary>What giving the ability means, one sentence; for the abilities that can be given.</summary>
    public static string Explain(Ability ability) => Find($"AbilityHelp.{ability}");

    /// <summary>What the role is called.</summary>
    public static string Of(Role role) => Find($"Role.{role}");

    /// <summary>What the role is for, one sentence.</summary>
    public static string Explain(Role role) => Find($"RoleHelp.{role}");

    private static string Find(string key) =>
        Words.GetString(key, CultureInfo.CurrentUICulture)
        ?? throw new MissingManifestResourceException($"Abilities.resx has no text for '{key}'.");
}
