using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>Who could give the caller an ability that is missing: people at the customers where he works, else NADOO's people.</summary>
public sealed class WhoCanGive(Access access, TimeProvider clock)
{
    /// <summary>Most names that are told.</summary>
    public const int MostNames = 10;

    // Beyond this many candidates the first ones are enough to ask.
    private const int MostCandidates = 200;

    /// <summary>Display names only; people at the caller's own customers first. Empty when nobody can.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(Ability ability, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var me = access.Caller.Person;
        var today = BusinessTime.DayOf(clock.GetUtcNow());
        var mine = await db.EmployeeContracts
            .Where(contract => contract.PersonId == me && contract.DeactivatedAt == null && contract.StartsOn <= today && (contract.EndsOn == null || contract.EndsOn >= today))
            .Select(contract => contract.CustomerId).Distinct().ToListAsync(cancellationToken);

        // Those who can give lie outside the own fence; nothing but their display names leaves this method.
        await using var all = access.OpenForSystem("name who can give an ability");
        var home = await all.OperatorIdAsync(cancellationToken);
        var gifts = Gifts(ability).ToList();
        var giving = gifts.Select(gift => gift.Needed).Append(Ability.CreateCustomers).Distinct().ToList();
        var candidates = await all.EmployeeContracts.AsNoTracking()
            .Where(contract => contract.PersonId != me && contract.DeactivatedAt == null && (contract.CustomerId == home || mine.Contains(contract.CustomerId)))
            .Where(contract => all.People.Any(person => person.Id == contract.PersonId && person.DeactivatedAt == null))
            .Where(contract => contract.Roles.Any(role => role.EndedAt == null && role.Abilities.Any(held => giving.Contains(held.Ability))))
            .Include(contract => contract.Roles).ThenInclude(role => role.Abilities)
            .OrderBy(contract => contract.CustomerId == home).ThenBy(contract => contract.Id)
            .Take(MostCandidates)
            .ToListAsync(cancellationToken);

        var places = Roles.IsOperatorAbility(ability) ? [home] : mine.Count > 0 ? mine : [home];
        var able = candidates.GroupBy(contract => contract.PersonId)
            .Where(person =>
            {
                var grants = HeldContracts.GrantsOf(person, [home], today);
                return places.Any(place => gifts.Any(gift => gift.Allows(grants, place, place == home)));
            })
            .Select(person => person.Key).Take(MostNames).ToList();
        var names = await all.PersonNames.Where(person => able.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.DisplayName, cancellationToken);
        return [.. able.Select(person => names[person])];
    }

    /// <summary>The ways to come by an ability: with a role, or, for what every employee may do, with a contract.</summary>
    private static IEnumerable<Gift> Gifts(Ability ability)
    {
        foreach (var role in Roles.All)
        {
            if (role.View.Contains(ability))
            {
                yield return new(role.Give, (grants, place, atOperator) => GivingRoles.MayGive(grants, role.Role, place, atOperator));
            }
            else if (role.Abilities.Contains(ability))
            {
                yield return new(role.Give, (grants, place, atOperator) => GivingRoles.Givable(grants, role.Role, place, atOperator).Contains(ability));
            }
        }

        if (ability is Ability.RunPrograms or Ability.SeeCustomer or Ability.ViewPrograms)
        {
            yield return new(Ability.AddEmployees, (grants, place, _) => grants.Of(Ability.AddEmployees).Includes(place));
        }
    }

    private sealed record Gift(Ability Needed, Func<Grants, CustomerId, bool, bool> Allows);
}
