using System.Security.Cryptography;
using System.Text;

namespace NadooIt.Domain.ApiKeys;

/// <summary>
/// A key of the old system, by its hash alone: SHA-256 of its text, which is also what the old system stored
/// (reference section 2.10). It works in the old API only, and only while it is imported.
/// </summary>
public sealed record OldApiKey
{
    /// <summary>How an imported key begins where people recognise it.</summary>
    public const string Prefix = "old_";

    /// <summary>Fewest characters: an old key is a UUID (36), unless somebody chose the text, which must not be guessed.</summary>
    public const int ShortestText = 24;

    /// <summary>Most characters, as in the old system.</summary>
    public const int LongestText = 255;

    private const int RecognisedBy = 8;

    private OldApiKey(byte[] hash) => Hash = hash;

    /// <summary>SHA-256 of the text.</summary>
    public byte[] Hash { get; }

    /// <summary>By what people recognise it: the first characters of its hash, as they stand in the old system's table.</summary>
    public string ShownAs => Prefix + Convert.ToHexStringLower(Hash)[..RecognisedBy];

    /// <summary>Reads what an operator has: the key itself, or the 64 hexadecimal digits that the old system stored.</summary>
    public static bool TryParse(string? text, out OldApiKey key)
    {
        var trimmed = (text ?? "").Trim();
        if (trimmed.Length == SHA256.HashSizeInBytes * 2 && trimmed.All(char.IsAsciiHexDigit))
        {
            key = new(Convert.FromHexString(trimmed));
            return true;
        }

        key = new(HashOf(trimmed));
        return trimmed.Length is >= ShortestText and <= LongestText;
    }

    /// <summary>The hash under which a key is looked up that a client presents.</summary>
    public static byte[] HashOf(string presented) => SHA256.HashData(Encoding.UTF8.GetBytes(presented));

    /// <summary>Never the key, so that it cannot slip into a log.</summary>
    public override string ToString() => ShownAs;
}
