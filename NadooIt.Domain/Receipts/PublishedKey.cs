using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace NadooIt.Domain.Receipts;

/// <summary>A public key as a JSON Web Key (RFC 7517): P-256, for ES256 signatures.</summary>
/// <param name="KeyType">Always EC.</param>
/// <param name="Curve">Always P-256.</param>
/// <param name="X">First coordinate, base64url.</param>
/// <param name="Y">Second coordinate, base64url.</param>
/// <param name="Id">The key's name.</param>
/// <param name="Use">Always sig.</param>
/// <param name="Algorithm">Always ES256.</param>
public sealed record PublishedKey(
    [property: JsonPropertyName("kty")] string KeyType,
    [property: JsonPropertyName("crv")] string Curve,
    [property: JsonPropertyName("x")] string X,
    [property: JsonPropertyName("y")] string Y,
    [property: JsonPropertyName("kid")] string Id,
    [property: JsonPropertyName("use")] string Use,
    [property: JsonPropertyName("alg")] string Algorithm)
{
    /// <summary>Reads a SubjectPublicKeyInfo.</summary>
    public static PublishedKey Of(byte[] subjectPublicKeyInfo)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var published = new PublishedKey("EC", "P-256", Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y), "", "sig", "ES256");
        return published with { Id = published.Thumbprint() };
    }

    /// <summary>The key to verify with.</summary>
    /// <exception cref="FormatException">The coordinates are not base64url.</exception>
    /// <exception cref="CryptographicException">The coordinates are no point of the curve.</exception>
    public ECDsa ToVerifier() => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = Base64Url.DecodeFromChars(X), Y = Base64Url.DecodeFromChars(Y) },
    });

    /// <summary>RFC 7638: SHA-256 over the required members in the order of their names.</summary>
    public string Thumbprint() => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(
        $$"""{"crv":"{{Curve}}","kty":"{{KeyType}}","x":"{{X}}","y":"{{Y}}"}""")));
}

/// <summary>The published keys as a JSON Web Key Set, at <c>/.well-known/jwks.json</c>.</summary>
public sealed record PublishedKeys([property: JsonPropertyName("keys")] IReadOnlyList<PublishedKey> Keys);
