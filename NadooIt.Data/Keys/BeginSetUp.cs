using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Keys;

/// <summary>Whether set-up is open, and for whom the first key would be made.</summary>
public sealed class BeginSetUp(Access access, TimeProvider clock)
{
    /// <summary>Makes up the first person; she is stored with her key, not before.</summary>
    /// <returns>The person; null when there is a key manager, or the token has set up this installation before.</returns>
    public async Task<KeyOwner?> RunAsync(string token, string displayName, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("see whether set-up is open");
        var now = clock.GetUtcNow();
        return await db.IsSetUpOpenAsync(token, now, cancellationToken)
            ? new KeyOwner(NewId.At<PersonId>(now), UserCode.Create(), displayName.Trim())
            : null;
    }
}

/// <summary>What both halves of set-up know.</summary>
internal static class SetUp
{
    /// <summary>Whoever sets up waits for whoever sets up already.</summary>
    public const long Lock = 0x4E61_646F_6F49_7401;

    public static string UsedToken(string token) => "used set-up token " + Convert.ToHexString(SecretText.Hash(token));

    public static async Task<bool> IsSetUpOpenAsync(this NadooItDb db, string token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var used = UsedToken(token);
        return !await db.KeyManagersOn(BusinessTime.DayOf(now)).AnyAsync(cancellationToken)
            && !await db.ServerSecrets.AnyAsync(secret => secret.Name == used, cancellationToken);
    }
}
