using System.Security.Cryptography;

namespace NadooIt.Domain.People;

/// <summary>
/// The code by which a person says who she is. It identifies and never authenticates. Either 16 characters of
/// Crockford base 32 made by the server, or an imported code of 6 ASCII letters and digits, which is case-sensitive.
/// </summary>
public readonly record struct UserCode
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 16;
    private const int ImportedLength = 6;

    private UserCode(string value) => Value = value;

    /// <summary>The code as it is stored: without separators.</summary>
    public string Value { get; }

    /// <summary>The code as it is shown: four groups of four; an imported code as it is.</summary>
    public string Display => Value.Length == Length
        ? string.Join('-', Value.Chunk(4).Select(group => new string(group)))
        : Value;

    /// <summary>A new code of 80 random bits from a cryptographic source.</summary>
    public static UserCode Create() => new(RandomNumberGenerator.GetString(Alphabet, Length));

    /// <summary>
    /// Reads what a person typed: spaces and hyphens are ignored, and for a code made by the server also case,
    /// O is read as 0, I and L as 1. Anything else is no code.
    /// </summary>
    public static bool TryParse(string? text, out UserCode code)
    {
        var compact = string.Concat((text ?? "").Where(c => !char.IsWhiteSpace(c) && c != '-'));
        if (compact.Length == ImportedLength && compact.All(char.IsAsciiLetterOrDigit))
        {
            code = new(compact);
            return true;
        }

        var normal = string.Concat(compact.Select(Normal));
        if (normal.Length == Length && normal.All(Alphabet.Contains))
        {
            code = new(normal);
            return true;
        }

        code = default;
        return false;
    }

    /// <summary>Wraps a code that was stored.</summary>
    public static UserCode FromStored(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Display;

    private static char Normal(char c) => char.ToUpperInvariant(c) switch
    {
        'O' => '0',
        'I' or 'L' => '1',
        var other => other,
    };
}
