using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>Takes one ability away from a role; the role goes on with the others. Whoever could end the role may.</summary>
public sealed class EndAbility(Access access, TimeProvider clock)
{
    /// <summary>What is taken, and why.</summary>
    /// <param name="RoleContract">The role contract.</param>
    /// <param name="Role">Which kind of role it is; it decides which ability is needed.</param>
    /// <param name="Ability">The ability that is taken away.</param>
    /// <param name="Reason">Why, 1 to 500 characters.</param>
    public sealed record Input(RoleContractId RoleContract, Role Role, Ability Ability, string Reason);

    /// <summary>Takes it away.</summary>
    /// <exception cref="Refused">The role is out of reach, has ended or does not hold the ability, or the last key manager would go.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(EndRole.Needed(input.Role), cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await ApplyAsync(db, input, clock.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Takes it away in the open transaction and saves.</summary>
    internal static async Task ApplyAsync(NadooItDb db, Input input, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var today = BusinessTime.DayOf(now);
        await db.AdvisoryLockAsync(Locks.KeyManagers, cancellationToken);
        var contract = (await db.RoleToEndAsync(input.RoleContract, input.Role, cancellationToken)).EmployeeContractId;
        await db.AdvisoryLockAsync(Locks.RolesOn(contract), cancellationToken);
        db.ChangeTracker.Clear();
        var role = await db.RoleToEndAsync(input.RoleContract, input.Role, cancellationToken);
        var handsOutKeys = role.Role == Role.KeyManager && input.Ability == Ability.CreateKeys && role.IsRunningOn(today);
        if (handsOutKeys && !await Revocation.LeavesAKeyManagerAsync(db, [role.Id], today, cancellationToken))
        {
            throw new Refused(HrRefusals.LastKeyManager);
        }

        var held = role.Abilities.FirstOrDefault(ability => ability.Ability == input.Ability);
        db.Add(role.Take(input.Ability, db.Fence.Caller!.Person, input.Reason, now));
        db.Remove(held!);
        await db.SaveChangesAsync(cancellationToken);
    }
}

internal static class RolesToEnd
{
    /// <summary>A role of this kind at a customer where the caller of the context may end it; its abilities are loaded.</summary>
    /// <exception cref="Refused">There is none within his reach.</exception>
    public static async Task<RoleContract> RoleToEndAsync(this NadooItDb db, RoleContractId id, Role kind, CancellationToken cancellationToken)
    {
        var role = await db.RoleContracts.Include(found => found.Abilities).SingleOrDefaultAsync(found => found.Id == id && found.Role == kind, cancellationToken);
        return role is not null && db.Fence.Grants.Of(EndRole.Needed(kind)).Includes(role.CustomerId) ? role : throw new Refused(CommonRefusals.NotFound);
    }
}
