using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>What ends, stops or stays when a contract, one role on it or one ability of a role is ended, to be shown before.</summary>
public sealed class ReadEndConsequences(Access access, TimeProvider clock)
{
    // It is rolled back, so nobody reads it.
    private const string Reason = "-";

    /// <summary>What is to be ended.</summary>
    /// <param name="Contract">The employee contract.</param>
    /// <param name="Role">Only this kind of role on it; null for the whole contract.</param>
    /// <param name="Ability">Only this ability of the role; null for the whole role.</param>
    /// <param name="AlsoGivenOnward">With a whole contract: whether the roles given onward under it end too.</param>
    public sealed record Input(EmployeeContractId Contract, Role? Role, Ability? Ability = null, bool AlsoGivenOnward = false);

    /// <summary>The consequences.</summary>
    /// <param name="Roles">Running roles on the contract that end.</param>
    /// <param name="GivenOnward">Running roles that the person gave to others under this contract; they stay unless ended too.</param>
    /// <param name="GivenOnwardElsewhere">How many more such roles lie outside the caller's reach.</param>
    /// <param name="Lost">Who loses what, and which API keys and programs stop.</param>
    /// <param name="IsOneself">Whether the caller would end his own.</param>
    public sealed record Result(
        IReadOnlyList<Role> Roles, IReadOnlyList<Onward> GivenOnward, int GivenOnwardElsewhere, Consequences Lost, bool IsOneself);

    /// <summary>A role that the person gave to somebody else.</summary>
    public sealed record Onward(RoleContractId Id, Role Role, string PersonName, EmployeeContractId Contract);

    /// <summary>Makes the change, looks, and takes it back.</summary>
    /// <exception cref="Refused">The contract lies outside the caller's reach, or ending it would be refused.</exception>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        var needed = EndRole.Needed(input.Role);
        await using var db = await access.OpenBeyondAsync(needed, "show what ending takes away", cancellationToken);
        var now = clock.GetUtcNow();
        var today = BusinessTime.DayOf(now);
        var reach = db.Fence.Grants.Of(needed);
        var contract = await db.EmployeeContracts.AsNoTracking().Include(found => found.Roles)
            .SingleOrDefaultAsync(found => found.Id == input.Contract, cancellationToken);
        if (contract is null || !reach.Includes(contract.CustomerId))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        var onward = await (
            from role in Onwards(db, input, today)
            join given in db.EmployeeContracts on role.EmployeeContractId equals given.Id
            join person in db.PersonNames on given.PersonId equals person.Id
            orderby person.DisplayName, role.Role
            select new { role.CustomerId, Row = new Onward(role.Id, role.Role, person.DisplayName, given.Id) }).ToListAsync(cancellationToken);
        var told = onward.Where(row => reach.Includes(row.CustomerId)).Select(row => row.Row).Take(PageRequest.LargestSize).ToList();
        var people = await Rehearsal.PeopleAroundAsync(db, [contract.Id], cancellationToken);
        var lost = await Rehearsal.OfAsync(db, people, reach, now, () => ChangeAsync(db, input, contract, now, cancellationToken), cancellationToken);
        return new(
            [.. lost.Roles.Where(role => role.Contract == contract.Id).Select(role => role.Role)], told, onward.Count - told.Count, lost,
            contract.PersonId == access.Caller.Person);
    }

    private static async Task ChangeAsync(NadooItDb db, Input input, EmployeeContract contract, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (input.Role is not { } kind)
        {
            await EndContract.ApplyAsync(db, new(contract.Id, Reason, 0, input.AlsoGivenOnward), now, cancellationToken);
            return;
        }

        var role = contract.Roles.FirstOrDefault(held => held.Role == kind && held.IsRunningOn(BusinessTime.DayOf(now))) ?? throw new Refused(HrRefusals.ContractEnded);
        if (input.Ability is { } ability)
        {
            await EndAbility.ApplyAsync(db, new(role.Id, kind, ability, Reason), now, cancellationToken);
        }
        else
        {
            await EndRole.ApplyAsync(db, new(role.Id, kind, Reason, 0), now, cancellationToken);
        }
    }

    /// <summary>Under a contract, or with one role of it: that role, or for who sets up first contracts every role of a customer.</summary>
    private static IQueryable<RoleContract> Onwards(NadooItDb db, Input input, DateOnly today)
    {
        var given = Revocation.GivenOnward(db, input.Contract, today);
        if (input.Role is not { } ending)
        {
            return given;
        }

        List<Ability> give = input.Ability is { } only ? [only] : [.. Roles.Of(ending).Abilities];
        var roles = Roles.All.Where(role => (role.Role == ending && input.Ability is null) || give.Contains(role.Give) || (give.Contains(Ability.CreateCustomers) && !role.AtOperatorOnly))
            .Select(role => role.Role).ToList();
        return given.Where(role => roles.Contains(role.Role));
    }
}
