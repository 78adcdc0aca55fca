using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>Names of those who gave, ended or created something, and with whom their contract was.</summary>
internal sealed class Givers(IReadOnlyDictionary<PersonId, string> people, IReadOnlyDictionary<EmployeeContractId, string> customers)
{
    public static async Task<Givers> OfAsync(NadooItDb db, IReadOnlyCollection<EmployeeContract> contracts, CancellationToken cancellationToken)
    {
        var roles = contracts.SelectMany(contract => contract.Roles).ToList();
        var abilities = roles.SelectMany(role => role.Abilities).ToList();
        var people = new[]
        {
            contracts.Select(contract => (PersonId?)contract.CreatedBy), contracts.Select(contract => contract.DeactivatedBy),
            contracts.Select(contract => (PersonId?)contract.PersonId), roles.Select(role => role.EndedBy),
            roles.Select(role => (PersonId?)role.GivenBy), abilities.Select(ability => (PersonId?)ability.GivenBy),
        }.SelectMany(ids => ids).OfType<PersonId>().Distinct().ToList();
        var under = roles.Select(role => role.GivenUnder).Concat(abilities.Select(ability => ability.GivenUnder))
            .OfType<EmployeeContractId>().Concat(contracts.Select(contract => contract.Id)).Distinct().ToList();
        return new Givers(
            await db.PersonNames.Where(person => people.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.DisplayName, cancellationToken),
            await db.ContractsWith.Where(contract => under.Contains(contract.Id)).ToDictionaryAsync(contract => contract.Id, contract => contract.CustomerName, cancellationToken));
    }

    public string Name(PersonId person) => people.GetValueOrDefault(person, "");

    public string? Name(PersonId? person) => person is { } id ? Name(id) : null;

    /// <summary>With whom the contract is.</summary>
    public string? Customer(EmployeeContractId? contract) => contract is { } id ? customers.GetValueOrDefault(id) : null;
}
