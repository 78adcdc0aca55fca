using System.Security.Cryptography;
using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Receipts;

/// <summary>
/// A key that signs receipts: ECDSA over P-256 with SHA-256 (ES256, RFC 7518 section 3.4). A retired key signs nothing
/// new, and its public part stays published, so that old receipts stay valid.
/// </summary>
public sealed class ReceiptKey : IShared
{
    private const byte DerSequence = 0x30;

    private ReceiptKey()
    {
    }

    /// <summary>The key's name in receipts and in the published set: its RFC 7638 thumbprint.</summary>
    public string Id { get; private set; } = "";

    /// <summary>PKCS #8, encrypted where it is stored. Never leaves the server.</summary>
    public byte[] PrivateKey { get; private set; } = [];

    /// <summary>Whether the private part can be read as it is: PKCS #8 begins with a DER sequence, what is encrypted does not.</summary>
    public bool IsClear => PrivateKey is [DerSequence, ..];

    /// <summary>SubjectPublicKeyInfo.</summary>
    public byte[] PublicKey { get; private set; } = [];

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When another one took its place; null for the one that signs.</summary>
    public DateTimeOffset? RetiredAt { get; private set; }

    /// <summary>Makes a key.</summary>
    public static ReceiptKey Create(DateTimeOffset now)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicKey = pair.ExportSubjectPublicKeyInfo();
        return new()
        {
            Id = PublishedKey.Of(publicKey).Thumbprint(),
            PrivateKey = pair.ExportPkcs8PrivateKey(),
            PublicKey = publicKey,
            CreatedAt = now,
        };
    }

    /// <summary>The same key with its private part encrypted, or readable again.</summary>
    public ReceiptKey WithPrivateKey(byte[] privateKey)
    {
        var same = (ReceiptKey)MemberwiseClone();
        same.PrivateKey = privateKey;
        return same;
    }

    /// <summary>Lets another key take its place.</summary>
    public void Retire(DateTimeOffset now) => RetiredAt ??= now;

    /// <summary>The part that everybody may have.</summary>
    public PublishedKey Publish() => PublishedKey.Of(PublicKey);
}
