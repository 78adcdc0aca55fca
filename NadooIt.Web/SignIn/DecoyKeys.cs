using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.SignIn;

/// <summary>
/// Makes up a person and keys for a user code that nobody has, so that asking for a code tells nothing:
/// the same code always gets the same descriptors, and nobody can sign in with them.
/// </summary>
/// <param name="secret">At least 32 random bytes, the same on every node and for ever.</param>
internal sealed class DecoyKeys(byte[] secret)
{
    /// <summary>The authenticators people really have: length of the credential id, transports, synced, share of 100.</summary>
    private static readonly (int IdLength, string[] Transports, bool IsSynced, int Share)[] Models =
    [
        (32, ["internal"], false, 30),
        (16, ["hybrid", "internal"], true, 20),
        (20, ["hybrid", "internal"], true, 20),
        (48, ["nfc", "usb"], false, 15),
        (64, ["usb"], false, 15),
    ];

    /// <summary>A valid public key whose private half was never kept, so that a failing check takes the same time.</summary>
    private static readonly byte[] UnusablePublicKey = MakeUnusablePublicKey();

    /// <summary>Makes up the person for an unknown user code.</summary>
    /// <param name="normalizedUserCode">The code as the look-up compared it, so that spellings of one code agree.</param>
    public PasskeyPerson PersonFor(string normalizedUserCode) => Person(new PersonId(new Guid(Derive("person", Encoding.UTF8.GetBytes(normalizedUserCode), 16))));

    /// <summary>The made-up person of a ceremony that began with an unknown user code.</summary>
    public static PasskeyPerson Person(PersonId id) => new(id, "", "", IsDecoy: true);

    /// <summary>The made-up keys of a made-up person: one for most, two for many, three for few.</summary>
    public IReadOnlyList<UserPasskeyInfo> KeysOf(PersonId decoyId)
    {
        var dice = Derive("count", decoyId.Value.ToByteArray(), 4);
        var count = Roll(dice) switch { < 55 => 1, < 90 => 2, _ => 3 };
        var keys = new UserPasskeyInfo[count];
        for (var index = 0; index < count; index++)
        {
            keys[index] = Key(decoyId, index);
        }

        return keys;
    }

    private UserPasskeyInfo Key(PersonId decoyId, int index)
    {
        byte[] seed = [.. decoyId.Value.ToByteArray(), (byte)index];
        var roll = Roll(Derive("model", seed, 4));
        var model = Models[0];
        foreach (var candidate in Models)
        {
            model = candidate;
            roll -= candidate.Share;
            if (roll < 0)
            {
                break;
            }
        }

        return new UserPasskeyInfo(
            Derive("credential", seed, model.IdLength),
            UnusablePublicKey,
            DateTimeOffset.UnixEpoch,
            signCount: 0,
            model.Transports,
            isUserVerified: true,
            model.IsSynced,
            model.IsSynced,
            attestationObject: [],
            clientDataJson: []);
    }

    private static int Roll(byte[] fourBytes) => (int)(BitConverter.ToUInt32(fourBytes) % 100);

    private byte[] Derive(string purpose, byte[] input, int length) =>
        HKDF.Expand(HashAlgorithmName.SHA512, HMACSHA512.HashData(secret, input), length, Encoding.UTF8.GetBytes("passkey decoy " + purpose));

    private static byte[] MakeUnusablePublicKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;

        // COSE_Key map of five: kty 2 (EC2), alg -7 (ES256), crv 1 (P-256), x, y.
        return [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
    }
}
