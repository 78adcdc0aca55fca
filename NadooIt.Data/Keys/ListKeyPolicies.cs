using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>Which models of security keys each role takes, and how many people who hold it have one that it does not take.</summary>
public sealed class ListKeyPolicies(Access access, TimeProvider clock)
{
    /// <summary>The policy of one role; roles that take every key are not listed.</summary>
    /// <param name="Role">The role.</param>
    /// <param name="Models">What it takes, by name.</param>
    /// <param name="PeopleWithOthers">How many who hold it have a key that it does not take. Those keys go on signing in.</param>
    public sealed record Row(Role Role, IReadOnlyList<AllowedKeyModel> Models, int PeopleWithOthers);

    /// <summary>Lists.</summary>
    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.RunPlatform, cancellationToken);
        var rules = await db.AllowedKeyModels.AsNoTracking().ToListAsync(cancellationToken);
        if (rules.Count == 0)
        {
            return [];
        }

        await using var everybody = access.OpenForSystem("count keys that a role does not take");
        var (today, roles) = (BusinessTime.DayOf(clock.GetUtcNow()), rules.Select(rule => rule.Role).Distinct().ToList());
        var contracts = await everybody.EmployeeContracts.AsNoTracking()
            .Where(contract => contract.DeactivatedAt == null && contract.Roles.Any(role => role.EndedAt == null && roles.Contains(role.Role)))
            .Include(contract => contract.Roles).ToListAsync(cancellationToken);
        var held = contracts.Where(contract => contract.IsRunningOn(today))
            .SelectMany(contract => contract.Roles.Where(role => role.IsRunningOn(today)).Select(role => (role.Role, contract.PersonId))).ToHashSet();
        var people = held.Select(pair => pair.PersonId).Distinct().ToList();
        var keys = await everybody.SecurityKeys.Where(key => key.RemovedAt == null && people.Contains(key.PersonId))
            .Select(key => new { key.PersonId, key.AuthenticatorModel }).ToListAsync(cancellationToken);
        return
        [
            .. rules.GroupBy(rule => rule.Role).OrderBy(role => role.Key).Select(role =>
            {
                var policy = new KeyPolicy([.. role]);
                return new Row(
                    role.Key, [.. role.OrderBy(rule => rule.Name, StringComparer.CurrentCulture)],
                    keys.Where(key => held.Contains((role.Key, key.PersonId)) && !policy.Fits(key.AuthenticatorModel)).Select(key => key.PersonId).Distinct().Count());
            }),
        ];
    }
}
