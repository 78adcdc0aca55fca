using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>What hangs on a contract or role besides itself.</summary>
internal static class Revocation
{
    /// <summary>The person's API keys at the customer that work at this moment.</summary>
    public static IQueryable<ApiKey> WorkingKeys(NadooItDb db, CustomerId customer, PersonId owner, DateTimeOffset now) =>
        db.ApiKeys.Where(key => key.CustomerId == customer && key.OwnerId == owner && key.RevokedAt == null && (key.ExpiresAt == null || key.ExpiresAt > now));

    public static async Task RevokeKeysAsync(NadooItDb db, CustomerId customer, PersonId owner, PersonId by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var key in await WorkingKeys(db, customer, owner, now).ToListAsync(cancellationToken))
        {
            key.Revoke(by, now);
        }
    }

    /// <summary>Running roles that were given, or to which abilities were added, under a contract.</summary>
    public static IQueryable<RoleContract> GivenOnward(NadooItDb db, EmployeeContractId under, DateOnly today) =>
        db.RoleContracts.Where(role => role.EndedAt == null && (role.EndsOn == null || role.EndsOn >= today)
            && role.EmployeeContractId != under
            && (role.GivenUnder == under || role.Abilities.Any(ability => ability.GivenUnder == under)));

    /// <summary>Whether somebody may still hand out security keys once these roles are gone. Roles of key managers exist at NADOO only.</summary>
    public static Task<bool> LeavesAKeyManagerAsync(NadooItDb db, IReadOnlyCollection<RoleContractId> without, DateOnly today, CancellationToken cancellationToken) =>
        (from role in db.RoleContracts
         join contract in db.EmployeeContracts on role.EmployeeContractId equals contract.Id
         join person in db.People on contract.PersonId equals person.Id
         join customer in db.Customers on contract.CustomerId equals customer.Id
         where role.Role == Role.KeyManager && role.Abilities.Any(ability => ability.Ability == Ability.CreateKeys)
             && role.EndedAt == null && role.StartsOn <= today && (role.EndsOn == null || role.EndsOn >= today)
             && contract.DeactivatedAt == null && contract.StartsOn <= today && (contract.EndsOn == null || contract.EndsOn >= today)
             && person.DeactivatedAt == null && customer.IsOperator
             && !without.Contains(role.Id)
         select role).AnyAsync(cancellationToken);

    /// <summary>The running roles on a contract that let their holder hand out security keys.</summary>
    public static List<RoleContractId> KeyManagerRoles(EmployeeContract contract, DateOnly today) =>
    [
        .. from role in contract.Roles
           where contract.IsRunningOn(today) && role.IsRunningOn(today) && role.Role == Role.KeyManager
               && role.Abilities.Any(held => held.Ability == Ability.CreateKeys)
           select role.Id,
    ];
}
