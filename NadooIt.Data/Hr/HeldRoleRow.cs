using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>A role on an employee contract as pages show it.</summary>
/// <param name="Id">The role contract.</param>
/// <param name="Role">Which role.</param>
/// <param name="IsRunning">Whether it grants anything today, its contract running too.</param>
/// <param name="StartsOn">First day.</param>
/// <param name="EndsOn">Last day; null for as long as the contract.</param>
/// <param name="GivenBy">Display name of who gave it.</param>
/// <param name="GivenAt">When.</param>
/// <param name="GivenUnder">With whom the giver's contract was; null at set-up.</param>
/// <param name="Reason">Why it was given.</param>
/// <param name="EndedAt">When it was ended before its time.</param>
/// <param name="EndedBy">Who ended it.</param>
/// <param name="EndReason">Why it was ended.</param>
/// <param name="Version">Version of the record, for edits.</param>
/// <param name="Abilities">The abilities beyond viewing.</param>
public sealed record HeldRoleRow(
    RoleContractId Id, Role Role, bool IsRunning, DateOnly StartsOn, DateOnly? EndsOn, string GivenBy, DateTimeOffset GivenAt, string? GivenUnder,
    string Reason, DateTimeOffset? EndedAt, string? EndedBy, string? EndReason, uint Version, IReadOnlyList<HeldAbilityRow> Abilities);

/// <summary>One ability of a role, with its giver.</summary>
/// <param name="Ability">Which.</param>
/// <param name="GivenBy">Display name of who gave it.</param>
/// <param name="GivenAt">When.</param>
/// <param name="GivenUnder">With whom the giver's contract was; null at set-up.</param>
public sealed record HeldAbilityRow(Ability Ability, string GivenBy, DateTimeOffset GivenAt, string? GivenUnder);

internal static class HeldRoleRows
{
    /// <summary>The roles of a tracked contract: running ones first, then the latest.</summary>
    public static IReadOnlyList<HeldRoleRow> Of(NadooItDb db, EmployeeContract contract, Givers givers, DateOnly today) =>
    [
        .. from role in contract.Roles
           let runs = contract.IsRunningOn(today) && role.IsRunningOn(today)
           orderby runs descending, role.Role, role.GivenAt descending
           select new HeldRoleRow(
               role.Id, role.Role, runs, role.StartsOn, role.EndsOn, givers.Name(role.GivenBy), role.GivenAt, givers.Customer(role.GivenUnder),
               role.GivenReason, role.EndedAt, givers.Name(role.EndedBy), role.EndReason, db.VersionOf(role),
               [.. role.Abilities.OrderBy(held => held.Ability).Select(held =>
                   new HeldAbilityRow(held.Ability, givers.Name(held.GivenBy), held.GivenAt, givers.Customer(held.GivenUnder)))]),
    ];
}
