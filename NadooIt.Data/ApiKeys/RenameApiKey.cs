using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.ApiKeys;

/// <summary>Gives an API key another name.</summary>
public sealed class RenameApiKey(Access access)
{
    /// <summary>Renames.</summary>
    /// <exception cref="Refused">There is none within reach, or the name is not acceptable.</exception>
    public async Task RunAsync(ApiKeyId id, string name, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateApiKeys, cancellationToken);
        var key = await db.ApiKeys.SingleOrDefaultAsync(candidate => candidate.Id == id, cancellationToken)
            ?? throw new Refused(ApiKeyRefusals.NotFound);
        key.Rename(name);
        await db.SaveChangesAsync(cancellationToken);
    }
}
