using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>What ends, stops or stays when a contract or one role on it is ended, to be shown before.</summary>
public sealed class ReadEndConsequences(Access access, TimeProvider clock)
{
    /// <summary>What is to be ended.</summary>
    /// <param name="Contract">The employee contract.</param>
    /// <param name="Role">Only this kind of role on it; null for the whole contract.</param>
    public sealed record Input(EmployeeContractId Contract, Role? Role);

    /// <summary>The consequences.</summary>
    /// <param name="Roles">Running roles that end.</param>
    /// <param name="GivenOnward">Running roles that the person gave to others under this contract; they stay unless ended too.</param>
    /// <param name="GivenOnwardElsewhere">How many more such roles lie outside the caller's reach.</param>
    /// <param name="Keys">Working API keys that stop, or lose abilities when only a role ends.</param>
    /// <param name="IsOneself">Whether the caller would end his own.</param>
    /// <param name="IsLastKeyManager">Whether nobody could hand out security keys any more; then it is refused.</param>
    public sealed record Result(
        IReadOnlyList<Role> Roles, IReadOnlyList<Onward> GivenOnward, int GivenOnwardElsewhere, IReadOnlyList<string> Keys, bool IsOneself, bool IsLastKeyManager);

    /// <summary>A role that the person gave to somebody else.</summary>
    public sealed record Onward(RoleContractId Id, Role Role, string PersonName, EmployeeContractId Contract);

    /// <summary>Computes.</summary>
    /// <exception cref="Refused">The contract lies outside the caller's reach.</exception>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(EndRole.Needed(input.Role), cancellationToken);
        var now = clock.GetUtcNow();
        var today = BusinessTime.DayOf(now);
        var contract = await db.EmployeeContracts.AsNoTracking().Include(found => found.Roles).ThenInclude(role => role.Abilities)
            .SingleOrDefaultAsync(found => found.Id == input.Contract, cancellationToken) ?? throw new Refused(CommonRefusals.NotFound);
        var ending = contract.Roles.Where(role => role.IsRunningOn(today) && (input.Role is null || role.Role == input.Role)).ToList();
        var lost = ending.SelectMany(role => Roles.Of(role.Role).View.Concat(role.Abilities.Select(held => held.Ability))).ToHashSet();

        var onward = await (
            from role in Onwards(db, input, today)
            join given in db.EmployeeContracts on role.EmployeeContractId equals given.Id
            join person in db.PersonNames on given.PersonId equals person.Id
            orderby person.DisplayName, role.Role
            select new Onward(role.Id, role.Role, person.DisplayName, given.Id)).Take(PageRequest.LargestSize).ToListAsync(cancellationToken);
        await using var all = access.OpenForSystem("count roles given onward");
        var everywhere = await Onwards(all, input, today).CountAsync(cancellationToken);
        var keys = await Revocation.WorkingKeys(db, contract.CustomerId, contract.PersonId, now).ToListAsync(cancellationToken);
        var keyManager = Revocation.KeyManagerRoles(contract, today);
        return new(
            [.. ending.Select(role => role.Role).Order()],
            onward,
            everywhere - await Onwards(db, input, today).CountAsync(cancellationToken),
            [.. keys.Where(key => input.Role is null || key.Abilities.Any(lost.Contains)).OrderBy(key => key.Name, StringComparer.CurrentCulture).Select(key => key.Name)],
            contract.PersonId == access.Caller.Person,
            keyManager.Count > 0 && input.Role is null or Role.KeyManager && !await Revocation.LeavesAKeyManagerAsync(all, keyManager, today, cancellationToken));
    }

    /// <summary>Under a contract, or with one role of it: that role, or for who sets up first contracts every role of a customer.</summary>
    private static IQueryable<RoleContract> Onwards(NadooItDb db, Input input, DateOnly today)
    {
        var given = Revocation.GivenOnward(db, input.Contract, today);
        if (input.Role is not { } ending)
        {
            return given;
        }

        var give = Roles.Of(ending).Abilities;
        var roles = Roles.All.Where(role => role.Role == ending || give.Contains(role.Give) || (ending == Role.AccountManager && !role.AtOperatorOnly))
            .Select(role => role.Role).ToList();
        return given.Where(role => roles.Contains(role.Role));
    }
}
