using System.Security.Cryptography;
using System.Text;

namespace NadooIt.Domain.Webhooks;

/// <summary>
/// The secret that the server and a customer's system share, and the signature that it makes (Standard Webhooks: HMAC with
/// SHA-256 over id, timestamp and body, joined by dots).
/// </summary>
public sealed class WebhookSecret
{
    /// <summary>How secrets begin that are shown.</summary>
    public const string Prefix = "whsec_";

    private const int Size = 32;
    private readonly byte[] key;

    private WebhookSecret(byte[] key) => this.key = key;

    /// <summary>The secret as the other side is told, once.</summary>
    public string Text => Prefix + Convert.ToBase64String(key);

    /// <summary>The bytes, to be kept encrypted.</summary>
    public IReadOnlyCollection<byte> Bytes => key;

    /// <summary>A new secret of 256 bits from a cryptographic source.</summary>
    public static WebhookSecret Create() => new(RandomNumberGenerator.GetBytes(Size));

    /// <summary>Wraps a secret that was kept.</summary>
    public static WebhookSecret FromStored(byte[] bytes) => new(bytes);

    /// <summary>The signature of a message, with its version in front.</summary>
    /// <param name="id">The message's id, the same for every try.</param>
    /// <param name="timestamp">When this try is made, in seconds since 1970.</param>
    /// <param name="body">What is sent.</param>
    public string Sign(string id, long timestamp, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(FormattableString.Invariant($"{id}.{timestamp}.{body}"))));

    /// <summary>Never the secret, so that it cannot slip into a log.</summary>
    public override string ToString() => Prefix + "…";
}
