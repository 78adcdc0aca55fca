using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;

namespace NadooIt.Data.ApiKeys;

/// <summary>
/// Finds out whose key a caller presents. It says who calls, not what he may do: whether the key, its owner and his
/// contract still count is read by the door and by the book of executions, at each use and on every node.
/// </summary>
public sealed class AuthenticateApiKey(Access access, ApiKeyDirectory directory, ApiCall call, TimeProvider clock)
{
    /// <summary>The key behind a secret; null when there is none that counts.</summary>
    public async Task<KnownApiKey?> RunAsync(string? presented, CancellationToken cancellationToken)
    {
        if (!ApiKeySecret.TryParse(presented, out var secret))
        {
            return null;
        }

        var hash = secret.Hash();
        if (directory.Find(hash) is { } known)
        {
            call.By(known.Id, known.Customer);
            return known;
        }

        return await ReadAsync(hash, clock.GetUtcNow(), cancellationToken);
    }

    private async Task<KnownApiKey?> ReadAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("authenticate an API key");
        var key = await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(candidate => candidate.Hash == hash, cancellationToken);
        if (key is null)
        {
            return null;
        }

        // One that is over is refused and stands in its log: somebody still uses it.
        call.By(key.Id, key.CustomerId);
        if (!key.IsValidAt(now))
        {
            return null;
        }

        var known = new KnownApiKey(key.Id, key.CustomerId, key.OwnerId, key.Abilities, key.IsTest);
        directory.Add(hash, known);
        return known;
    }
}
