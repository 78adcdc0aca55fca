using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>Gives a running role a later last day. Whoever could give the role with all its abilities may, and not for longer.</summary>
public sealed class ExtendRole(Access access, TimeProvider clock)
{
    /// <summary>Which role, and until when.</summary>
    /// <param name="RoleContract">The role contract.</param>
    /// <param name="Role">Which kind of role it is; it decides which ability is needed.</param>
    /// <param name="EndsOn">The new last day; null for as long as the contract.</param>
    /// <param name="Reason">Why, 1 to 500 characters.</param>
    /// <param name="Version">The version that the caller saw.</param>
    public sealed record Input(RoleContractId RoleContract, Role Role, DateOnly? EndsOn, string Reason, uint Version);

    /// <summary>Prolongs.</summary>
    /// <exception cref="Refused">
    /// The last touch of the key is not fresh; it is out of reach, the caller's own, over or changed meanwhile; the caller
    /// could not give it; or the day is not later, or later than the contract or the caller's own right.
    /// </exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        if (!Enum.IsDefined(input.Role))
        {
            throw new Refused(HrRefusals.AbilityNotOfRole);
        }

        var give = Roles.Of(input.Role).Give;
        await using var db = await access.OpenBeyondAsync(give, "prolong a role", cancellationToken);
        var (me, now, grants) = (access.Caller.Person, clock.GetUtcNow(), db.Fence.Grants);
        await db.RequireFreshTouchAsync(access.Caller, now, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var contract = await db.EmployeeContracts.Include(found => found.Roles).ThenInclude(role => role.Abilities)
            .SingleOrDefaultAsync(found => found.Roles.Any(role => role.Id == input.RoleContract && role.Role == input.Role), cancellationToken);
        if (contract is null || !grants.Of(give).Includes(contract.CustomerId))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        var role = contract.Roles.Single(held => held.Id == input.RoleContract);
        db.Expect(role, input.Version);
        var abilities = role.Abilities.Select(held => held.Ability).ToList();
        GivingRoles.Check(grants, me, contract.PersonId, role.Role, abilities, contract.CustomerId, contract.CustomerId == await db.OperatorIdAsync(cancellationToken));
        var latest = new[] { GivingRoles.LatestEnd(grants, role.Role, abilities, contract.CustomerId), contract.EndsOn }.Min();
        if (PeriodExtension.IsLater(input.EndsOn ?? contract.EndsOn, latest))
        {
            throw new Refused(HrRefusals.EndTooLate, latest!.Value);
        }

        await db.AdvisoryLockAsync(Locks.RolesOn(contract.Id), cancellationToken);
        var under = grants.Why(give, contract.CustomerId).OrderBy(grant => grant.Customer is null).First().Contract;
        db.Add(contract.Extend(role.Id, input.EndsOn, new RoleGift(me, under, input.Reason, now)));
        await db.FinishRenewalsAsync(role.Id.Value, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
