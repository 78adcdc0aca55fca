using System.Security.Cryptography;
using System.Text;

namespace NadooIt.Domain.ApiKeys;

/// <summary>
/// The secret of an API key: <c>nadoo_live_</c> or <c>nadoo_test_</c>, 32 random characters of base 62 (190 bits) and 6 characters of
/// checksum, so that a mistyped or made-up key is refused without asking the database.
/// </summary>
public readonly record struct ApiKeySecret
{
    /// <summary>How keys begin that record for real.</summary>
    public const string LivePrefix = "nadoo_live_";

    /// <summary>How keys begin that only try things out; as long as the other.</summary>
    public const string TestPrefix = "nadoo_test_";

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int RandomLength = 32;
    private const int ChecksumLength = 6;

    private ApiKeySecret(string text) => Text = text;

    /// <summary>The whole key, as the client sends it.</summary>
    public string Text { get; }

    /// <summary>The part by which people recognise the key: prefix and four characters.</summary>
    public string Prefix => Text[..(LivePrefix.Length + 4)];

    /// <summary>Whether the key only tries things out.</summary>
    public bool IsTest => Text.StartsWith(TestPrefix, StringComparison.Ordinal);

    /// <summary>A new secret from a cryptographic source.</summary>
    public static ApiKeySecret Create(bool isTest = false)
    {
        var body = (isTest ? TestPrefix : LivePrefix) + RandomNumberGenerator.GetString(Alphabet, RandomLength);
        return new(body + Checksum(body));
    }

    /// <summary>Reads a key; false when it cannot be one of ours.</summary>
    public static bool TryParse(string? text, out ApiKeySecret secret)
    {
        secret = default;
        if (text is null || text.Length != LivePrefix.Length + RandomLength + ChecksumLength 
            || !(text.StartsWith(LivePrefix, StringComparison.Ordinal) || text.StartsWith(TestPrefix, StringComparison.Ordinal)))
        {
            return false;
        }

        if (text[^ChecksumLength..] != Checksum(text[..^ChecksumLength]))
        {
            return false;
        }

        secret = new(text);
        return true;
    }

    /// <summary>SHA-256 of the key: enough for a secret of this entropy (OWASP ASVS 6.5.2).</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes(Text));

    /// <summary>Never the secret, so that it cannot slip into a log.</summary>
    public override string ToString() => $"{Prefix}…";

    private static string Checksum(string body)
    {
        var number = Crc32(Encoding.ASCII.GetBytes(body));
        return string.Create(ChecksumLength, number, (characters, rest) =>
        {
            for (var i = characters.Length - 1; i >= 0; i--)
            {
                characters[i] = Alphabet[(int)(rest % (uint)Alphabet.Length)];
                rest /= (uint)Alphabet.Length;
            }
        });
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var remainder = 0xFFFF_FFFFu;
        foreach (var value in bytes)
        {
            remainder ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                remainder = (remainder & 1) == 1 ? (remainder >> 1) ^ 0xEDB8_8320u : remainder >> 1;
            }
        }

        return ~remainder;
    }
}
