using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>The keys with which the caller signs in.</summary>
public sealed class ListOwnKeys(Access access)
{
    /// <summary>One key.</summary>
    public sealed record Row(SecurityKeyId Id, string Name, SecurityKeyKind Kind, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

    /// <summary>Lists them, oldest first.</summary>
    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var me = access.Caller.Person;
        return await db.SecurityKeys
            .Where(key => key.PersonId == me && key.RemovedAt == null)
            .OrderBy(key => key.Id)
            .Take(SecurityKey.MostPerPerson)
            .Select(key => new Row(key.Id, key.Name, key.Kind, key.CreatedAt, key.LastUsedAt))
            .ToListAsync(cancellationToken);
    }
}
