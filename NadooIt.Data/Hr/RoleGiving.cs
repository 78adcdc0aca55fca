using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>The giving itself, for gifts of one's own accord and for those that were asked for.</summary>
internal static class RoleGiving
{
    /// <summary>Gives under the lock of the contract's roles, once the gift is checked. The caller saves.</summary>
    /// <exception cref="Refused">The contract has ended meanwhile, or the gift would last too long.</exception>
    public static async Task<GiveRole.Result> GiveAsync(
        NadooItDb db, EmployeeContract contract, GiveRole.Input input, Grants grants, PersonId giver, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Read again under the lock: somebody may have ended the contract or given the same meanwhile.
        await db.Entry(contract).ReloadAsync(cancellationToken);
        await db.Entry(contract).Collection(found => found.Roles).Query().Include(role => role.Abilities).LoadAsync(cancellationToken);
        var today = BusinessTime.DayOf(now);
        var held = contract.Roles.FirstOrDefault(role => role.Role == input.Role && role.IsRunningOn(today));
        var before = held?.Abilities.Select(ability => ability.Ability).ToList() ?? [];
        var added = input.Abilities.Except(before).Distinct().Order().ToList();
        if (held is not null && added.Count == 0)
        {
            return new(held.Id, false, []);
        }

        var latest = GivingRoles.LatestEnd(grants, input.Role, added, contract.CustomerId);
        var endsOn = held is null ? input.EndsOn ?? latest : held.EndsOn;
        if (endsOn < today)
        {
            throw new Refused(HrRefusals.PeriodInvalid);
        }

        var lastDay = new[] { endsOn, contract.EndsOn }.Min();
        if (latest is not null && (lastDay is null || lastDay > latest))
        {
            throw new Refused(HrRefusals.EndTooLate, latest.Value);
        }

        if (held is null && input.EndsOn > contract.EndsOn)
        {
            throw new Refused(HrRefusals.EndTooLate, contract.EndsOn.Value);
        }

        var under = grants.Why(Roles.Of(input.Role).Give, contract.CustomerId).OrderBy(grant => grant.Customer is null).First().Contract;
        var role = contract.Give(input.Role, added, new RoleGift(giver, under, input.Reason, now, endsOn));
        return new(role.Id, held is null, added);
    }
}
