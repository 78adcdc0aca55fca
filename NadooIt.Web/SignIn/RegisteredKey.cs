using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using NadooIt.Domain.Keys;

namespace NadooIt.Web.SignIn;

/// <summary>A credential that passed registration and may now be stored.</summary>
/// <param name="Person">The person of the ceremony; for set-up the one made up when it began.</param>
/// <param name="Credential">The credential.</param>
internal sealed record RegisteredKey(PasskeyPerson Person, Credential Credential)
{
    private static readonly HashSet<string> KnownTransports = ["ble", "hybrid", "internal", "nfc", "smart-card", "usb"];

    public static RegisteredKey From(UserPasskeyInfo passkey, PasskeyPerson person, string serverDomain)
    {
        string[] transports = [.. (passkey.Transports ?? []).Where(KnownTransports.Contains).Distinct().Order(StringComparer.Ordinal)];
        return new RegisteredKey(person, new Credential(
            passkey.CredentialId,
            passkey.PublicKey,
            passkey.SignCount,
            transports,
            passkey.IsUserVerified,
            passkey.IsBackupEligible,
            passkey.IsBackedUp,
            passkey.AttestationObject,
            passkey.ClientDataJson,
            ReadAaguid(passkey, serverDomain),
            KindOf(passkey.IsBackupEligible, transports)));
    }

    /// <summary>Where a key lives, as shown to people.</summary>
    /// <remarks>Derived from what the browser claims, so it informs and never decides.</remarks>
    public static SecurityKeyKind KindOf(bool isBackupEligible, string[] transports) =>
        isBackupEligible ? SecurityKeyKind.Synced
        : transports.Contains("internal") ? SecurityKeyKind.ThisDevice
        : SecurityKeyKind.SecurityKey;

    /// <summary>
    /// Finds the authenticator data inside the attestation object: hash of the server domain (32 bytes), flags (1),
    /// counter (4), AAGUID (16), length (2), credential id.
    /// </summary>
    /// <remarks>The framework has parsed and checked the object already but keeps the AAGUID to itself.</remarks>
    private static Guid? ReadAaguid(UserPasskeyInfo passkey, string serverDomain)
    {
        const int FlagsAndCounter = 5;
        const int AaguidSize = 16;
        ReadOnlySpan<byte> attestation = passkey.AttestationObject;
        ReadOnlySpan<byte> domainHash = SHA256.HashData(Encoding.UTF8.GetBytes(serverDomain));
        var start = attestation.IndexOf(domainHash);
        var aaguid = start + domainHash.Length + FlagsAndCounter;
        var credential = aaguid + AaguidSize + sizeof(ushort);
        return start >= 0 && credential <= attestation.Length && attestation[credential..].StartsWith(passkey.CredentialId)
            ? new Guid(attestation.Slice(aaguid, AaguidSize), bigEndian: true)
            : null;
    }
}
