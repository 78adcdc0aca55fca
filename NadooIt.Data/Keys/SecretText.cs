using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace NadooIt.Data.Keys;

/// <summary>Secrets that travel in links: 256 random bits as text. Only their hash is stored.</summary>
internal static class SecretText
{
    private const int Size = 32;

    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Size));

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
