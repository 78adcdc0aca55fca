using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>One reason why a person may do something: the answer to "why may she?".</summary>
/// <param name="Ability">What is allowed.</param>
/// <param name="Person">Who may.</param>
/// <param name="PersonName">Her display name.</param>
/// <param name="Everywhere">At every customer, because it is an ability of the platform or carried by one.</param>
/// <param name="Contract">Through which employee contract.</param>
/// <param name="ContractCustomer">With whom that contract is.</param>
/// <param name="Role">Through which role; null for what every running contract grants.</param>
/// <param name="Through">The platform ability that carries it, if it is not granted itself.</param>
/// <param name="GivenBy">Who gave the ability, or the contract if every contract grants it.</param>
/// <param name="GivenAt">When.</param>
/// <param name="Until">Last day; null for an open end.</param>
public sealed record GrantReason(
    Ability Ability,
    PersonId Person,
    string PersonName,
    bool Everywhere,
    EmployeeContractId Contract,
    string ContractCustomer,
    Role? Role,
    Ability? Through,
    string GivenBy,
    DateTimeOffset GivenAt,
    DateOnly? Until)
{
    /// <summary>Puts names and dates to the grants of the contracts; the decision itself comes from <see cref="Grants"/>.</summary>
    internal static IEnumerable<GrantReason> Of(Grants grants, IReadOnlyCollection<EmployeeContract> contracts, Givers givers)
    {
        var byId = contracts.ToDictionary(contract => contract.Id);
        foreach (var grant in grants.All)
        {
            var contract = byId[grant.Contract];
            var role = contract.Roles.FirstOrDefault(held => held.Id == grant.RoleContract);
            var given = role?.Abilities.FirstOrDefault(held => held.Ability == (grant.Through ?? grant.Ability));
            yield return new(
                grant.Ability, contract.PersonId, givers.Name(contract.PersonId), grant.Customer is null, contract.Id, givers.Customer(contract.Id) ?? "",
                role?.Role, grant.Through,
                givers.Name(given?.GivenBy ?? role?.GivenBy ?? contract.CreatedBy),
                given?.GivenAt ?? role?.GivenAt ?? contract.CreatedAt,
                grant.Until);
        }
    }
}
