using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>Ends an employee contract with everything that hangs on it: its roles, the person's API keys and requests at this customer.</summary>
public sealed class EndContract(Access access, TimeProvider clock)
{
    /// <summary>What ends, and why.</summary>
    /// <param name="Contract">The contract.</param>
    /// <param name="Reason">Why, 1 to 500 characters.</param>
    /// <param name="Version">The version that the caller saw.</param>
    /// <param name="AlsoGivenOnward">Whether the roles that the person gave to others under this contract, as far as the caller reaches, end too.</param>
    public sealed record Input(EmployeeContractId Contract, string Reason, uint Version, bool AlsoGivenOnward);

    /// <summary>Ends.</summary>
    /// <exception cref="Refused">It is out of reach, has ended already, changed meanwhile, or the last key manager would go.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenBeyondAsync(Ability.EndContracts, "end a contract", cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await ApplyAsync(db, input, clock.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Ends it in the open transaction and saves; a rehearsal, which has seen no version, passes 0.</summary>
    internal static async Task ApplyAsync(NadooItDb db, Input input, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var today = BusinessTime.DayOf(now);
        var me = db.Fence.Caller!.Person;
        var reach = db.Fence.Grants.Of(Ability.EndContracts);
        await db.AdvisoryLockAsync(Locks.KeyManagers, cancellationToken);
        var contract = await db.EmployeeContracts.Include(found => found.Roles).ThenInclude(role => role.Abilities)
            .SingleOrDefaultAsync(found => found.Id == input.Contract, cancellationToken);
        if (contract is null || !reach.Includes(contract.CustomerId))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        if (input.Version != 0)
        {
            db.Expect(contract, input.Version);
        }

        var keyManagers = Revocation.KeyManagerRoles(contract, today);
        List<RoleContract> onward = input.AlsoGivenOnward
            ? await Revocation.GivenOnward(db, contract.Id, today)
                .Where(role => role.GivenUnder == contract.Id && (reach.Everywhere || reach.Customers.Contains(role.CustomerId)))
                .Include(role => role.Abilities).ToListAsync(cancellationToken)
            : [];
        if (onward.Any(role => role.Role == Role.KeyManager) && !db.Fence.Grants.Holds(Ability.DeleteKeyManagers))
        {
            // The role of somebody else does not end by this way more easily than by the direct one.
            throw new AccessDenied(Ability.DeleteKeyManagers);
        }

        keyManagers.AddRange(onward.Where(role => role.Role == Role.KeyManager).Select(role => role.Id));
        if (keyManagers.Count > 0 && !await Revocation.LeavesAKeyManagerAsync(db, keyManagers, today, cancellationToken))
        {
            throw new Refused(HrRefusals.LastKeyManager);
        }

        contract.Deactivate(me, input.Reason, now);
        foreach (var role in onward)
        {
            role.End(me, input.Reason, now);
        }

        await Revocation.RevokeKeysAsync(db, contract.CustomerId, contract.PersonId, me, now, cancellationToken);
        await db.LapseRequestsAsync(contract.PersonId, contract.CustomerId, now, cancellationToken);
        await db.FinishRenewalsAsync(contract.Id.Value, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }
}
