using Microsoft.EntityFrameworkCore;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>What some people may do, what their API keys may do and where they are signed in, as the database stands.</summary>
internal sealed class RightsPicture
{
    /// <summary>What each of them holds; at every customer when no customer stands there.</summary>
    public required IReadOnlySet<(PersonId Person, Ability Ability, CustomerId? Customer)> Held { get; init; }

    /// <summary>The roles that run.</summary>
    public required IReadOnlyDictionary<RoleContractId, RoleContract> Roles { get; init; }

    /// <summary>The keys that are valid, each with the abilities that its owner holds too.</summary>
    public required IReadOnlyDictionary<ApiKeyId, (ApiKey Key, IReadOnlyList<Ability> InForce)> Keys { get; init; }

    /// <summary>How many browsers are signed in.</summary>
    public required int Sessions { get; init; }

    /// <summary>Takes it in a context in which everything is inside.</summary>
    public static async Task<RightsPicture> TakeAsync(NadooItDb db, IReadOnlyCollection<PersonId> people, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var today = BusinessTime.DayOf(now);
        var home = await db.OperatorIdAsync(cancellationToken);
        var active = await db.People.Where(person => people.Contains(person.Id) && person.DeactivatedAt == null).Select(person => person.Id).ToListAsync(cancellationToken);
        var contracts = await db.EmployeeContracts.AsNoTracking()
            .Where(contract => active.Contains(contract.PersonId) && contract.DeactivatedAt == null)
            .Include(contract => contract.Roles).ThenInclude(role => role.Abilities)
            .ToListAsync(cancellationToken);
        var grants = contracts.GroupBy(contract => contract.PersonId).ToDictionary(person => person.Key, person => HeldContracts.GrantsOf(person, [home], today));
        var keys = await db.ApiKeys.AsNoTracking()
            .Where(key => active.Contains(key.OwnerId) && key.RevokedAt == null && (key.ExpiresAt == null || key.ExpiresAt > now))
            .ToListAsync(cancellationToken);
        return new()
        {
            Held = grants.SelectMany(person => person.Value.All.Select(grant => (person.Key, grant.Ability, grant.Customer))).ToHashSet(),
            Roles = contracts.Where(contract => contract.IsRunningOn(today)).SelectMany(contract => contract.Roles).Where(role => role.IsRunningOn(today)).ToDictionary(role => role.Id),
            Keys = keys.ToDictionary(key => key.Id, key => (key, InForce(key))),
            Sessions = await db.Sessions.CountAsync(session => people.Contains(session.PersonId) && session.EndedAt == null && session.ExpiresAt > now, cancellationToken),
        };

        IReadOnlyList<Ability> InForce(ApiKey key) =>
            [.. key.Abilities.Where(ability => grants.GetValueOrDefault(key.OwnerId, Grants.None).Of(ability).Includes(key.CustomerId))];
    }
}
