using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.ApiKeys;

/// <summary>Revokes an API key for ever. The next request with it is refused, on every node.</summary>
public sealed class RevokeApiKey(Access access, TimeProvider clock)
{
    /// <summary>Revokes; doing so again changes nothing.</summary>
    /// <exception cref="Refused">There is none within reach, or the last touch of the security key is too long ago.</exception>
    public async Task RunAsync(ApiKeyId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.RevokeApiKeys, cancellationToken);
        var key = await db.ApiKeys.SingleOrDefaultAsync(candidate => candidate.Id == id, cancellationToken)
            ?? throw new Refused(ApiKeyRefusals.NotFound);
        var now = clock.GetUtcNow();
        await db.RequireFreshTouchAsync(access.Caller, now, cancellationToken);
        key.Revoke(access.Caller.Person, now);
        await db.SaveChangesAsync(cancellationToken);
    }
}
