using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using NadooIt.Web.Hosting;

namespace NadooIt.Web.SignIn;

/// <summary>
/// Encrypts the keys that protect cookies and forms before they are stored (AES-256-GCM), so that a copy of the database
/// alone makes nobody somebody else. The key is derived from a secret that is not in the database.
/// </summary>
internal sealed class KeyRingSecret(string secret) : IXmlEncryptor
{
    /// <summary>Fewest characters.</summary>
    public const int Shortest = 32;

    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private static readonly XName Element = "encryptedKey";

    private readonly byte[] key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), KeyBytes, info: "NADOO-IT key ring"u8.ToArray());

    /// <summary>The secret of the configuration; null where none is set.</summary>
    /// <exception cref="InvalidOperationException">It is too short to be one.</exception>
    public static KeyRingSecret? Of(IConfiguration configuration) => configuration[Settings.KeySecret] switch
    {
        null or "" => null,
        { Length: < Shortest } => throw new InvalidOperationException($"{Settings.KeySecret} takes at least {Shortest} characters."),
        var secret => new(secret),
    };

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var stored = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = stored.AsSpan(0, NonceBytes);
        var tag = stored.AsSpan(NonceBytes, TagBytes);
        var cipher = stored.AsSpan(NonceBytes + TagBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, cipher, tag);
        return new EncryptedXmlInfo(new XElement(Element, Convert.ToBase64String(stored)), typeof(KeyRingReader));
    }

    /// <exception cref="CryptographicException">The secret is another one, or what is stored was altered.</exception>
    public XElement Decrypt(XElement encryptedElement)
    {
        var stored = Convert.FromBase64String(encryptedElement.Value).AsSpan();
        var plain = new byte[stored.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(stored[..NonceBytes], stored[(NonceBytes + TagBytes)..], stored[NonceBytes..(NonceBytes + TagBytes)], plain);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }
}

/// <summary>Reads what <see cref="KeyRingSecret"/> has encrypted; the framework makes it by the name that is stored with each key.</summary>
internal sealed class KeyRingReader(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) =>
        (KeyRingSecret.Of(services.GetRequiredService<IConfiguration>()) ?? throw new CryptographicException($"{Settings.KeySecret} is not set, but stored keys are encrypted with it."))
        .Decrypt(encryptedElement);
}
