using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Hr;

/// <summary>A running contract with what hangs on it, as far as permissions are concerned.</summary>
/// <param name="Contract">The employee contract.</param>
/// <param name="Customer">With whom.</param>
/// <param name="AtOperator">Whether it is a contract with NADOO itself.</param>
/// <param name="Roles">The running roles on it.</param>
/// <param name="EndsOn">Its last day; null for an open end.</param>
public sealed record HeldContract(EmployeeContractId Contract, CustomerId Customer, bool AtOperator, IReadOnlyList<HeldRole> Roles, DateOnly? EndsOn = null);

/// <summary>A running role.</summary>
/// <param name="RoleContract">The role contract.</param>
/// <param name="Role">Which role.</param>
/// <param name="Abilities">The abilities that were given with it.</param>
/// <param name="EndsOn">Its last day; null for as long as the contract.</param>
public sealed record HeldRole(RoleContractId RoleContract, Role Role, IReadOnlyList<Ability> Abilities, DateOnly? EndsOn = null);

/// <summary>One reason why something is allowed.</summary>
/// <param name="Ability">What is allowed.</param>
/// <param name="Customer">Where; null for every customer.</param>
/// <param name="Contract">Through which employee contract.</param>
/// <param name="RoleContract">Through which role; null for what every contract grants.</param>
/// <param name="Through">The operator ability that carries it, if it is not granted itself.</param>
/// <param name="Until">The last day on which it counts, unless it is ended before; null for an open end.</param>
public sealed record Grant(Ability Ability, CustomerId? Customer, EmployeeContractId Contract, RoleContractId? RoleContract, Ability? Through, DateOnly? Until = null);

/// <summary>For which customers an ability is held.</summary>
/// <param name="Everywhere">At every customer.</param>
/// <param name="Customers">At these customers; empty when <paramref name="Everywhere"/>.</param>
public sealed record Reach(bool Everywhere, IReadOnlyList<CustomerId> Customers)
{
    /// <summary>Nowhere.</summary>
    public static readonly Reach Nowhere = new(false, []);

    /// <summary>Whether the ability is held anywhere.</summary>
    public bool IsSomewhere => Everywhere || Customers.Count > 0;

    /// <summary>Whether the ability is held at this customer.</summary>
    public bool Includes(CustomerId customer) => Everywhere || Customers.Contains(customer);
}

/// <summary>
/// Everything that a person's running contracts allow, computed anew whenever a door is opened. The same computation
/// answers "may she" and "why", so an explanation cannot differ from the decision.
/// </summary>
public sealed class Grants
{
    private readonly IReadOnlyList<Grant> grants;

    private Grants(IReadOnlyList<Grant> grants) => this.grants = grants;

    /// <summary>Computes the grants of running contracts; whoever calls has left out what does not run today.</summary>
    public Grants(IEnumerable<HeldContract> contracts) => grants = [.. contracts.SelectMany(Of)];

    /// <summary>Nothing is allowed.</summary>
    public static Grants None { get; } = new(Array.Empty<Grant>());

    /// <summary>Every single grant, for explanations.</summary>
    public IReadOnlyList<Grant> All => grants;

    /// <summary>Where the ability is held. Operator abilities reach everywhere.</summary>
    public Reach Of(Ability ability)
    {
        var matching = grants.Where(grant => grant.Ability == ability).ToList();
        return matching.Any(grant => grant.Customer is null)
            ? new Reach(true, [])
            : new Reach(false, [.. matching.Select(grant => grant.Customer!.Value).Distinct()]);
    }

    /// <summary>Whether the ability is held at least at one customer.</summary>
    public bool Holds(Ability ability) => grants.Any(grant => grant.Ability == ability);

    /// <summary>Why the ability is held at this customer; empty when it is not.</summary>
    public IEnumerable<Grant> Why(Ability ability, CustomerId customer) =>
        grants.Where(grant => grant.Ability == ability && (grant.Customer is null || grant.Customer == customer));

    /// <summary>The last day on which the ability is held at this customer, by the grant that lasts longest; null for an open end.</summary>
    public DateOnly? Until(Ability ability, CustomerId customer)
    {
        var ends = Why(ability, customer).Select(grant => grant.Until).ToList();
        return ends.Contains(null) ? null : ends.Max();
    }

    /// <summary>What is left for an API key that has only some of the abilities, at one customer.</summary>
    public Grants NarrowedTo(IReadOnlyCollection<Ability> abilities, CustomerId customer) => new(
        grants
            .Where(grant => abilities.Contains(grant.Ability) && (grant.Customer is null || grant.Customer == customer))
            .Select(grant => grant with { Customer = customer })
            .ToList());

    private static IEnumerable<Grant> Of(HeldContract contract)
    {
        yield return new(Ability.RunPrograms, contract.Customer, contract.Contract, null, null, contract.EndsOn);
        yield return new(Ability.SeeCustomer, contract.Customer, contract.Contract, null, null, contract.EndsOn);
        yield return new(Ability.ViewPrograms, contract.Customer, contract.Contract, null, null, contract.EndsOn);

        foreach (var role in contract.Roles)
        {
            var definition = Roles.Of(role.Role);
            if (definition.AtOperatorOnly && !contract.AtOperator)
            {
                continue;
            }

            var until = new[] { role.EndsOn, contract.EndsOn }.Min();
            foreach (var ability in definition.View.Concat(role.Abilities).Distinct())
            {
                var everywhere = Roles.IsOperatorAbility(ability);
                yield return new(ability, everywhere ? null : contract.Customer, contract.Contract, role.RoleContract, null, until);
                foreach (var carried in Roles.CarriedEverywhere(ability))
                {
                    yield return new(carried, null, contract.Contract, role.RoleContract, ability, until);
                }
            }
        }
    }
}
