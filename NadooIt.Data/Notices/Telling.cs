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
    /// <param name="db">A context of the system.</param>
    /// <param name="ability">Who holds it is told.</param>
    /// <param name="customer">Where.</param>
    /// <param name="kind">What it is about.</param>
    /// <param name="subject">The record it leads to.</param>
    /// <param name="words">The words of its sentence.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <param name="also">Somebody who is told too, as long as she works for the customer.</param>
    public static async Task TellHoldersAsync(
        this NadooItDb db, Ability ability, CustomerId customer, NoticeKind kind, Guid? subject, IReadOnlyList<string> words, DateTimeOffset now, CancellationToken cancellationToken,
        PersonId? also = null)
    {
        var today = BusinessTime.DayOf(now);
        var told = await db.HoldersAsync(ability, customer, today, cancellationToken);
        if (also is { } more && !told.Contains(more) && await WorksAtAsync(db, more, customer, today, cancellationToken))
        {
            told = [.. told, more];
        }

        foreach (var person in told)
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

    private static async Task<bool> WorksAtAsync(NadooItDb db, PersonId person, CustomerId customer, DateOnly today, CancellationToken cancellationToken) =>
        await db.EmployeeContracts.AnyAsync(
            contract => contract.PersonId == person && contract.CustomerId == customer && contract.DeactivatedAt == null
                && contract.StartsOn <= today && (contract.EndsOn == null || contract.EndsOn >= today)
                && db.People.Any(found => found.Id == person && found.DeactivatedAt == null),
            cancellationToken);
}
