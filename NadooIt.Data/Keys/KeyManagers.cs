using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

internal static class KeyManagers
{
    /// <summary>Whoever can register people today; set-up is open while there is nobody.</summary>
    public static IQueryable<PersonId> KeyManagersOn(this NadooItDb db, DateOnly today) =>
        from contract in db.EmployeeContracts
        where contract.DeactivatedAt == null && contract.StartsOn <= today && (contract.EndsOn == null || contract.EndsOn >= today)
            && db.Customers.Any(customer => customer.Id == contract.CustomerId && customer.IsOperator)
            && db.People.Any(person => person.Id == contract.PersonId && person.DeactivatedAt == null)
            && contract.Roles.Any(role => role.Role == Role.KeyManager && role.EndedAt == null
                && role.StartsOn <= today && (role.EndsOn == null || role.EndsOn >= today)
                && role.Abilities.Any(held => held.Ability == Ability.CreateKeys))
        select contract.PersonId;
}
