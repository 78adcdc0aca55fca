using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Hr;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Notices;

/// <summary>How other modules tell people something: in their own transaction, in a context of the system.</summary>
internal static class Telling
{
    /// <summary>
    /// Tells everybody who holds the ability at the customer today, NADOO's people included to whom an operator ability
    /// gives it. The caller saves.
    /// </summary>
    public static async Task TellHoldersAsync(
        this NadooItDb db, Ability ability, CustomerId customer, NoticeKind kind, Guid? subject, IReadOnlyList<string> words, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var person in await db.HoldersAsync(ability, customer, BusinessTime.DayOf(now), cancellationToken))
        {
            db.Add(Notice.Tell(person, kind, subject, words, now));
        }
    }

    /// <summary>Everybody who holds the ability at the customer on a day.</summary>
    public static async Task<IReadOnlyList<PersonId>> HoldersAsync(this NadooItDb db, Ability ability, CustomerId customer, DateOnly today, CancellationToken cancellationToken)
    {
        var home = await db.OperatorIdAsync(cancellationToken);
        var contracts = await db.EmployeeContracts.AsNoTracking()
            .Where(contract => contract.DeactivatedAt == null && (contract.CustomerId == customer || contract.CustomerId == home))
            .Where(contract => db.People.Any(person => person.Id == contract.PersonId && person.DeactivatedAt == null))
            .Where(contract => contract.Roles.Any(role => role.EndedAt == null))
            .Include(contract => contract.Roles).ThenInclude(role => role.Abilities)
            .ToListAsync(cancellationToken);
        return
        [
            .. contracts.GroupBy(contract => contract.PersonId)
                .Where(person => HeldContracts.GrantsOf(person, [home], today).Of(ability).Includes(customer))
                .Select(person => person.Key),
        ];
    }
}
