using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>Ends one role; the contract goes on. The role of a key manager is ended by who may delete key managers.</summary>
public sealed class EndRole(Access access, TimeProvider clock)
{
    /// <summary>What ends, and why.</summary>
    /// <param name="RoleContract">The role contract.</param>
    /// <param name="Role">Which kind of role it is; it decides which ability is needed.</param>
    /// <param name="Reason">Why, 1 to 500 characters.</param>
    /// <param name="Version">The version that the caller saw.</param>
    public sealed record Input(RoleContractId RoleContract, Role Role, string Reason, uint Version);

    /// <summary>The ability that ends a kind of role, or a whole contract.</summary>
    public static Ability Needed(Role? role) => role == Role.KeyManager ? Ability.DeleteKeyManagers : Ability.EndContracts;

    /// <summary>Ends.</summary>
    /// <exception cref="Refused">It is out of reach, has ended already, changed meanwhile, or the last key manager would go.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Needed(input.Role), cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await ApplyAsync(db, input, clock.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Ends it in the open transaction and saves; a rehearsal, which has seen no version, passes 0.</summary>
    internal static async Task ApplyAsync(NadooItDb db, Input input, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var today = BusinessTime.DayOf(now);
        await db.AdvisoryLockAsync(Locks.KeyManagers, cancellationToken);
        var role = await db.RoleToEndAsync(input.RoleContract, input.Role, cancellationToken);
        if (input.Version != 0)
        {
            db.Expect(role, input.Version);
        }

        var handsOutKeys = role.Role == Role.KeyManager && role.IsRunningOn(today) && role.Abilities.Any(held => held.Ability == Ability.CreateKeys);
        if (handsOutKeys && !await Revocation.LeavesAKeyManagerAsync(db, [role.Id], today, cancellationToken))
        {
            throw new Refused(HrRefusals.LastKeyManager);
        }

        role.End(db.Fence.Caller!.Person, input.Reason, now);
        await db.SaveChangesAsync(cancellationToken);
    }
}
