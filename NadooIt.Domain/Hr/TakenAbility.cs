using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Hr;

/// <summary>An ability was taken away from a role that goes on: who had given it, who took it and why. It is never changed.</summary>
/// <param name="Id">Identifier.</param>
/// <param name="CustomerId">With whom the contract is.</param>
/// <param name="RoleContractId">The role.</param>
/// <param name="Ability">The ability.</param>
/// <param name="GivenBy">Who had given it.</param>
/// <param name="GivenAt">When.</param>
/// <param name="TakenBy">Who took it away.</param>
/// <param name="TakenAt">When.</param>
/// <param name="Reason">Why, 1 to 500 characters.</param>
public sealed record TakenAbility(
    TakenAbilityId Id, CustomerId CustomerId, RoleContractId RoleContractId, Ability Ability, PersonId GivenBy, DateTimeOffset GivenAt,
    PersonId TakenBy, DateTimeOffset TakenAt, string Reason) : ICustomerOwned;
