using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>Who could give an ability: asked by the same rule that decides when it is given.</summary>
internal static class PeopleWhoCanGive
{
    // Beyond this many candidates the first ones are enough to ask.
    private const int MostCandidates = 200;

    /// <summary>
    /// Those who could give it at one of these customers, to somebody else than themselves; people of the customers first,
    /// then NADOO's. What comes with a contract is given by who adds employees.
    /// </summary>
    public static async Task<IReadOnlyList<PersonId>> AtAsync(
        NadooItDb all, Ability ability, IReadOnlyCollection<CustomerId> places, PersonId receiver, DateOnly today, CancellationToken cancellationToken)
    {
        List<Ability> giving = [Roles.Carrying(ability)?.Give ?? Ability.AddEmployees, Ability.CreateCustomers];
        var home = await all.OperatorIdAsync(cancellationToken);
        var candidates = await CandidatesAsync(all, giving, [home, .. places], receiver, home, cancellationToken);
        return
        [
            .. from person in candidates.GroupBy(contract => contract.PersonId)
               let grants = HeldContracts.GrantsOf(person, [home], today)
               where places.Any(place => MayGive(grants, ability, place, place == home))
               select person.Key,
        ];
    }

    /// <summary>Those who could give a role with these abilities at a customer, and so prolong it.</summary>
    public static async Task<IReadOnlyList<PersonId>> RoleAsync(
        NadooItDb all, Role role, IReadOnlyCollection<Ability> abilities, CustomerId place, PersonId receiver, DateOnly today, CancellationToken cancellationToken)
    {
        var home = await all.OperatorIdAsync(cancellationToken);
        var candidates = await CandidatesAsync(all, [Roles.Of(role).Give, Ability.CreateCustomers], [home, place], receiver, home, cancellationToken);
        return
        [
            .. from person in candidates.GroupBy(contract => contract.PersonId)
               let grants = HeldContracts.GrantsOf(person, [home], today)
               where GivingRoles.MayGive(grants, role, place, place == home) && !abilities.Except(GivingRoles.Givable(grants, role, place, place == home)).Any()
               select person.Key,
        ];
    }

    private static Task<List<EmployeeContract>> CandidatesAsync(
        NadooItDb all, List<Ability> giving, List<CustomerId> places, PersonId receiver, CustomerId home, CancellationToken cancellationToken) =>
        all.EmployeeContracts.AsNoTracking()
            .Where(contract => contract.PersonId != receiver && contract.DeactivatedAt == null && places.Contains(contract.CustomerId))
            .Where(contract => all.People.Any(person => person.Id == contract.PersonId && person.DeactivatedAt == null))
            .Where(contract => contract.Roles.Any(role => role.EndedAt == null && role.Abilities.Any(held => giving.Contains(held.Ability))))
            .Include(contract => contract.Roles).ThenInclude(role => role.Abilities)
            .OrderBy(contract => contract.CustomerId == home).ThenBy(contract => contract.Id)
            .Take(MostCandidates)
            .ToListAsync(cancellationToken);

    private static bool MayGive(Grants grants, Ability ability, CustomerId place, bool atOperator) =>
        GivingRoles.MayGive(grants, ability, place, atOperator)
        || (ability is Ability.RunPrograms or Ability.SeeCustomer or Ability.ViewPrograms && grants.Of(Ability.AddEmployees).Includes(place));
}
