using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Hr;

/// <summary>Who may give which role and which abilities (rule "Contracts, roles, abilities").</summary>
public static class GivingRoles
{
    /// <summary>
    /// The abilities of a role that the giver may pass on at a customer. A holder of "give roles" passes on what he
    /// holds himself there. Who creates customers gives the first contracts, and so every ability of a customer's
    /// roles; roles of the platform only as far as he holds them himself.
    /// </summary>
    public static IReadOnlyList<Ability> Givable(Grants giver, Role role, CustomerId customer, bool customerIsOperator)
    {
        var definition = Roles.Of(role);
        if (!MayGive(giver, role, customer, customerIsOperator))
        {
            return [];
        }

        return [.. definition.Abilities.Where(ability => SetsUpContracts(giver, definition) || giver.Of(ability).Includes(customer))];
    }

    /// <summary>Whether the giver may give the role at all, be it without any ability.</summary>
    public static bool MayGive(Grants giver, Role role, CustomerId customer, bool customerIsOperator)
    {
        var definition = Roles.Of(role);
        return (customerIsOperator || !definition.AtOperatorOnly) && giver.Of(definition.Give).Includes(customer);
    }

    /// <summary>Whether the giver may give this one ability there, with the role that carries it.</summary>
    public static bool MayGive(Grants giver, Ability ability, CustomerId customer, bool customerIsOperator) =>
        Roles.Carrying(ability) is { } role
        && (role.View.Contains(ability)
            ? MayGive(giver, role.Role, customer, customerIsOperator)
            : Givable(giver, role.Role, customer, customerIsOperator).Contains(ability));

    /// <summary>
    /// The last day that a gift may reach: not later than the giver's own right, which is to give the role and, unless
    /// he sets up first contracts, to hold each of the abilities himself. Null when nothing limits it.
    /// </summary>
    public static DateOnly? LatestEnd(Grants giver, Role role, IReadOnlyCollection<Ability> abilities, CustomerId customer)
    {
        var definition = Roles.Of(role);
        IEnumerable<Ability> needed = SetsUpContracts(giver, definition) ? [definition.Give] : [definition.Give, .. abilities];
        return needed.Select(ability => giver.Until(ability, customer)).Min();
    }

    /// <summary>Checks a gift and names the first thing that is wrong with it.</summary>
    /// <exception cref="Refused">To oneself, a role that may not be given, or an ability beyond the giver's own.</exception>
    public static void Check(Grants giver, PersonId by, PersonId to, Role role, IReadOnlyCollection<Ability> abilities, CustomerId customer, bool customerIsOperator)
    {
        if (by == to)
        {
            throw new Refused(HrRefusals.NotToOneself);
        }

        if (!MayGive(giver, role, customer, customerIsOperator))
        {
            throw new Refused(HrRefusals.MayNotGive);
        }

        if (abilities.Except(Roles.Of(role).Abilities).Any())
        {
            throw new Refused(HrRefusals.AbilityNotOfRole);
        }

        if (abilities.Except(Givable(giver, role, customer, customerIsOperator)).Any())
        {
            throw new Refused(HrRefusals.AbilityNotHeld);
        }
    }

    private static bool SetsUpContracts(Grants giver, RoleDefinition role) => !role.AtOperatorOnly && giver.Holds(Ability.CreateCustomers);
}
