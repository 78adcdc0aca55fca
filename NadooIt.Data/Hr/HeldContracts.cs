using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>What stored contracts grant on a day. The door and every explanation ask here, so they cannot differ.</summary>
internal static class HeldContracts
{
    /// <summary>The grants of those contracts and roles that run on the day; roles and abilities must be loaded.</summary>
    public static Grants GrantsOf(IEnumerable<EmployeeContract> contracts, IReadOnlyCollection<CustomerId> operators, DateOnly day) => new(
        from contract in contracts
        where contract.IsRunningOn(day)
        select new HeldContract(
            contract.Id,
            contract.CustomerId,
            operators.Contains(contract.CustomerId),
            [.. from role in contract.Roles
                where role.IsRunningOn(day)
                select new HeldRole(role.Id, role.Role, [.. role.Abilities.Select(held => held.Ability)], role.EndsOn)],
            contract.EndsOn));

    /// <summary>As above, of what the door read of the caller.</summary>
    public static Grants GrantsOf(IEnumerable<StandingRow> rows, DateOnly day) => new(
        from contract in rows.GroupBy(row => row.Contract)
        let held = contract.First()
        where EmployeeContract.StateOn(day, held.StartsOn, held.EndsOn, held.DeactivatedAt) is ContractState.Running
        select new HeldContract(
            held.Contract,
            held.Customer,
            held.AtOperator,
            [.. from row in contract
                let role = row.Role
                where role is not null && RoleContract.IsRunningOn(day, role.StartsOn, role.EndsOn, role.EndedAt)
                select new HeldRole(role.Id, role.Role, role.Abilities, role.EndsOn)],
            held.EndsOn));
}
