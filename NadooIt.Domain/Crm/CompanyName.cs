using System.Globalization;
using System.Text;

namespace NadooIt.Domain.Crm;

/// <summary>Compares company names as people do: without case, accents, spacing, punctuation and legal form.</summary>
public static class CompanyName
{
    private static readonly HashSet<string> LegalForms = new(StringComparer.Ordinal)
    {
        "gmbh", "mbh", "ag", "kg", "ohg", "gbr", "ug", "haftungsbeschrankt", "se", "ev", "eg", "ek", "kgaa", "co",
        "ltd", "limited", "inc", "llc", "plc", "corp", "sarl", "sa", "bv", "nv", "srl", "spa", "und", "and",
    };

    /// <summary>The comparable form; a name that is nothing but a legal form stays as it is.</summary>
    public static string Comparable(string name)
    {
        var words = Words(name).ToList();
        var meaningful = words.Where(word => !LegalForms.Contains(word)).ToList();
        return string.Concat(meaningful.Count > 0 ? meaningful : words);
    }

    private static IEnumerable<string> Words(string name)
    {
        var word = new StringBuilder();
        foreach (var c in name.Replace(".", "", StringComparison.Ordinal).Normalize(NormalizationForm.FormD))
        {
            if (char.IsLetterOrDigit(c))
            {
                word.Append(char.ToLowerInvariant(c));
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }
}
