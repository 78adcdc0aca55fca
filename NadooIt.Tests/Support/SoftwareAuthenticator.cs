using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NadooIt.Tests.Support;

/// <summary>What a forged answer does differently; null means as a real browser and authenticator would.</summary>
internal sealed record Forgery
{
    public string? Origin { get; init; }
    public string? TopOrigin { get; init; }
    public bool? CrossOrigin { get; init; }
    public string? ServerDomain { get; init; }
    public string? ClientDataType { get; init; }
    public byte[]? Challenge { get; init; }
    public bool UserPresent { get; init; } = true;
    public bool UserVerified { get; init; } = true;

    /// <summary>Sets the backup flags of this answer apart from those of the credential.</summary>
    public bool? BackupEligible { get; init; }
    public bool? BackedUp { get; init; }
    public uint? SignCount { get; init; }
    public string? UserHandle { get; init; }
    public bool BrokenSignature { get; init; }

    /// <summary>The COSE algorithm that the public key names, for example -8 (EdDSA).</summary>
    public int? Algorithm { get; init; }

    /// <summary>Claims another credential id in the JSON than the authenticator data holds.</summary>
    public byte[]? CredentialId { get; init; }
}

/// <summary>A credential in the hands of the tests.</summary>
internal sealed class SoftwareCredential(byte[] id, ECDsa key, string userHandle)
{
    public byte[] Id { get; } = id;
    public ECDsa Key { get; } = key;
    public string UserHandle { get; } = userHandle;
    public uint SignCount { get; set; }
    public bool IsBackupEligible { get; init; }
    public bool IsBackedUp { get; init; }
}

/// <summary>
/// Browser and authenticator in one: answers WebAuthn options with ES256 credentials byte by byte, so that a test can
/// alter any field and sign the result correctly. Attestation format is "none".
/// </summary>
internal sealed class SoftwareAuthenticator(string origin) : IDisposable
{
    private const int UserPresentFlag = 0x01;
    private const int UserVerifiedFlag = 0x04;
    private const int BackupEligibleFlag = 0x08;
    private const int BackedUpFlag = 0x10;
    private const int AttestedDataFlag = 0x40;

    public static readonly Guid Aaguid = new("6e61646f-6f69-7400-8000-736f66747761");

    public List<SoftwareCredential> Credentials { get; } = [];

    /// <summary>False behaves like synced passkeys, which always send 0.</summary>
    public bool CountsSignatures { get; init; } = true;

    /// <summary>New credentials are synced ones.</summary>
    public bool IsSynced { get; init; }

    public string[] Transports { get; init; } = ["usb"];

    public int CredentialIdLength { get; init; } = 32;

    /// <summary>The id of every new credential, to register one twice; null makes random ones.</summary>
    public byte[]? ReuseId { get; init; }

    /// <summary>Answers creation options as <c>navigator.credentials.create</c> does.</summary>
    /// <returns>The credential in WebAuthn's JSON form.</returns>
    public string Create(JsonNode publicKey, Forgery? forgery = null)
    {
        forgery ??= new Forgery();
        var credential = new SoftwareCredential(
            ReuseId ?? RandomNumberGenerator.GetBytes(CredentialIdLength),
            ECDsa.Create(ECCurve.NamedCurves.nistP256),
            Encoding.UTF8.GetString(Base64Url.DecodeFromChars(publicKey["user"]!["id"]!.GetValue<string>())))
        {
            IsBackupEligible = IsSynced,
            IsBackedUp = IsSynced,
        };
        Credentials.Add(credential);
        var serverDomain = publicKey["rp"]!["id"]!.GetValue<string>();
        var clientData = ClientData("webauthn.create", publicKey, forgery);
        byte[] authenticatorData =
        [
            .. AuthenticatorData(serverDomain, credential, AttestedDataFlag, forgery),
            .. Aaguid.ToByteArray(bigEndian: true),
            .. BigEndian((ushort)credential.Id.Length),
            .. credential.Id,
            .. CosePublicKey(credential.Key, forgery.Algorithm ?? -7),
        ];
        byte[] attestation =
        [
            .. Cbor.Map(3),
            .. Cbor.Text("fmt"), .. Cbor.Text("none"),
            .. Cbor.Text("attStmt"), .. Cbor.Map(0),
            .. Cbor.Text("authData"), .. Cbor.Bytes(authenticatorData),
        ];
        return Credential(forgery.CredentialId ?? credential.Id, new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(clientData),
            ["attestationObject"] = Base64Url.EncodeToString(attestation),
            ["transports"] = new JsonArray([.. Transports.Select(transport => JsonValue.Create(transport))]),
        });
    }

    /// <summary>Answers request options as <c>navigator.credentials.get</c> does, with the first credential that is allowed.</summary>
    /// <param name="credential">The credential to use, allowed or not; null picks one.</param>
    /// <returns>The credential in WebAuthn's JSON form.</returns>
    public string Get(JsonNode publicKey, Forgery? forgery = null, SoftwareCredential? credential = null)
    {
        forgery ??= new Forgery();
        credential ??= Credentials.First(candidate => AllowedIds(publicKey).Any(id => id.AsSpan().SequenceEqual(candidate.Id)));
        if (CountsSignatures)
        {
            credential.SignCount++;
        }

        var clientData = ClientData("webauthn.get", publicKey, forgery);
        var authenticatorData = AuthenticatorData(publicKey["rpId"]!.GetValue<string>(), credential, 0, forgery);
        byte[] signed = [.. authenticatorData, .. SHA256.HashData(clientData)];
        var signature = credential.Key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        if (forgery.BrokenSignature)
        {
            signature = credential.Key.SignData([.. signed, 0], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }

        return Credential(forgery.CredentialId ?? credential.Id, new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(clientData),
            ["authenticatorData"] = Base64Url.EncodeToString(authenticatorData),
            ["signature"] = Base64Url.EncodeToString(signature),
            ["userHandle"] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(forgery.UserHandle ?? credential.UserHandle)),
        });
    }

    /// <summary>The credential ids that request options allow or creation options exclude, in their order.</summary>
    public static IReadOnlyList<byte[]> AllowedIds(JsonNode publicKey) =>
        [.. ((publicKey["allowCredentials"] ?? publicKey["excludeCredentials"])?.AsArray() ?? [])
            .Select(descriptor => Base64Url.DecodeFromChars(descriptor!["id"]!.GetValue<string>()))];

    public void Dispose()
    {
        foreach (var credential in Credentials)
        {
            credential.Key.Dispose();
        }
    }

    private byte[] ClientData(string type, JsonNode publicKey, Forgery forgery)
    {
        var json = new JsonObject
        {
            ["type"] = forgery.ClientDataType ?? type,
            ["challenge"] = forgery.Challenge is { } challenge
                ? Base64Url.EncodeToString(challenge)
                : publicKey["challenge"]!.GetValue<string>(),
            ["origin"] = forgery.Origin ?? origin,
            ["crossOrigin"] = forgery.CrossOrigin ?? false,
        };
        if (forgery.TopOrigin is { } topOrigin)
        {
            json["topOrigin"] = topOrigin;
        }

        return JsonSerializer.SerializeToUtf8Bytes(json);
    }

    private static byte[] AuthenticatorData(string serverDomain, SoftwareCredential credential, int flags, Forgery forgery)
    {
        flags |= forgery.UserPresent ? UserPresentFlag : 0;
        flags |= forgery.UserVerified ? UserVerifiedFlag : 0;
        flags |= forgery.BackupEligible ?? credential.IsBackupEligible ? BackupEligibleFlag : 0;
        flags |= forgery.BackedUp ?? credential.IsBackedUp ? BackedUpFlag : 0;
        return
        [
            .. SHA256.HashData(Encoding.UTF8.GetBytes(forgery.ServerDomain ?? serverDomain)),
            (byte)flags,
            .. BigEndian(forgery.SignCount ?? credential.SignCount),
        ];
    }

    private static byte[] CosePublicKey(ECDsa key, int algorithm)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return
        [
            .. Cbor.Map(5),
            .. Cbor.Integer(1), .. Cbor.Integer(2),
            .. Cbor.Integer(3), .. Cbor.Integer(algorithm),
            .. Cbor.Integer(-1), .. Cbor.Integer(1),
            .. Cbor.Integer(-2), .. Cbor.Bytes(point.X!),
            .. Cbor.Integer(-3), .. Cbor.Bytes(point.Y!),
        ];
    }

    private static string Credential(byte[] id, JsonObject response)
    {
        var text = Base64Url.EncodeToString(id);
        return new JsonObject
        {
            ["id"] = text,
            ["rawId"] = text,
            ["type"] = "public-key",
            ["authenticatorAttachment"] = "cross-platform",
            ["clientExtensionResults"] = new JsonObject(),
            ["response"] = response,
        }.ToJsonString();
    }

    private static byte[] BigEndian(ushort value)
    {
        var bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] BigEndian(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>The few CBOR forms (RFC 8949) that WebAuthn needs, in their shortest encoding.</summary>
    private static class Cbor
    {
        public static byte[] Integer(int value) => value >= 0 ? Head(0, value) : Head(1, -1 - value);

        public static byte[] Bytes(byte[] value) => [.. Head(2, value.Length), .. value];

        public static byte[] Text(string value) => [.. Head(3, Encoding.UTF8.GetByteCount(value)), .. Encoding.UTF8.GetBytes(value)];

        public static byte[] Map(int pairs) => Head(5, pairs);

        private static byte[] Head(int majorType, int value) => value switch
        {
            < 24 => [(byte)((majorType << 5) | value)],
            <= byte.MaxValue => [(byte)((majorType << 5) | 24), (byte)value],
            <= ushort.MaxValue => [(byte)((majorType << 5) | 25), .. BigEndian((ushort)value)],
            _ => [(byte)((majorType << 5) | 26), .. BigEndian((uint)value)],
        };
    }
}
