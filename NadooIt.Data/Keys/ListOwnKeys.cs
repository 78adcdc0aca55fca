using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>The keys with which the caller signs in.</summary>
public sealed class ListOwnKeys(Access access, TimeProvider clock)
{
    /// <summary>One key; for one that does not fit the caller's roles the models that would, otherwise null.</summary>
    public sealed record Row(SecurityKeyId Id, string Name, SecurityKeyKind Kind, string? Model, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, IReadOnlyList<string>? WouldFit);

    /// <summary>Lists them, oldest first.</summary>
    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var me = access.Caller.Person;
        var policy = await db.KeyPolicyOfAsync(me, BusinessTime.DayOf(clock.GetUtcNow()), cancellationToken);
        var keys = await db.SecurityKeys.AsNoTracking()
            .Where(key => key.PersonId == me && key.RemovedAt == null)
            .OrderBy(key => key.Id)
            .Take(SecurityKey.MostPerPerson)
            .ToListAsync(cancellationToken);
        return
        [
            .. keys.Select(key => new Row(
                key.Id, key.Name, key.Kind, KnownKeyModels.NameOf(key.AuthenticatorModel), key.CreatedAt, key.LastUsedAt,
                policy.Fits(key.AuthenticatorModel) ? null : policy.Fitting)),
        ];
    }
}
