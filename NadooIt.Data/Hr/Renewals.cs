using System.Globalization;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Notices;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Hr;

/// <summary>Reminds the person, and those who can prolong it, that a contract or a role ends.</summary>
internal static class Renewals
{
    private static readonly NoticeKind[] Kinds = [NoticeKind.ContractEnds, NoticeKind.OwnContractEnds, NoticeKind.RoleEnds, NoticeKind.OwnRoleEnds];

    /// <summary>What was told about a contract or role is out of date: it is put aside.</summary>
    public static async Task FinishRenewalsAsync(this NadooItDb db, Guid subject, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var told = await db.Notices.Where(notice => notice.Subject == subject && Kinds.Contains(notice.Kind) && notice.DoneAt == null).ToListAsync(cancellationToken);
        told.ForEach(notice => notice.Finish(now));
    }

    /// <summary>Tells what is due on this day and was not told before. The caller saves.</summary>
    public static async Task RemindAsync(this NadooItDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var today = BusinessTime.DayOf(now);
        var last = today.AddDays(RenewalReminder.Steps[0]);
        var contracts = await db.EmployeeContracts.AsNoTracking()
            .Where(contract => contract.DeactivatedAt == null && contract.StartsOn <= today && (contract.EndsOn == null || contract.EndsOn >= today))
            .Where(contract => contract.EndsOn <= last || contract.Roles.Any(role => role.EndedAt == null && role.EndsOn >= today && role.EndsOn <= last))
            .Where(contract => db.People.Any(person => person.Id == contract.PersonId && person.DeactivatedAt == null))
            .Include(contract => contract.Roles).ThenInclude(role => role.Abilities)
            .OrderBy(contract => contract.Id)
            .ToListAsync(cancellationToken);
        var reminded = (await db.RenewalReminders.AsNoTracking().Where(reminder => reminder.EndsOn >= today).ToListAsync(cancellationToken))
            .Select(reminder => (reminder.Subject, reminder.EndsOn, reminder.DaysBefore)).ToHashSet();
        foreach (var contract in contracts)
        {
            if (IsDue(contract.Id.Value, contract.EndsOn))
            {
                await TellOfContractAsync(db, contract, now, cancellationToken);
            }

            // A role that ends with its contract is prolonged with it.
            foreach (var role in contract.Roles.Where(role => role.IsRunningOn(today) && PeriodExtension.IsLater(contract.EndsOn, role.EndsOn)))
            {
                if (IsDue(role.Id.Value, role.EndsOn))
                {
                    await TellOfRoleAsync(db, contract, role, now, cancellationToken);
                }
            }

            bool IsDue(Guid subject, DateOnly? endsOn)
            {
                if (endsOn is not { } end || RenewalReminder.DueOn(today, end) is not { } step || reminded.Contains((subject, end, step)))
                {
                    return false;
                }

                db.Add(new RenewalReminder(subject, end, step, contract.CustomerId, now));
                return true;
            }
        }
    }

    private static async Task TellOfContractAsync(NadooItDb db, EmployeeContract contract, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var able = await db.HoldersAsync(Ability.AddEmployees, contract.CustomerId, BusinessTime.DayOf(now), cancellationToken);
        await TellAsync(db, contract, new(contract.Id.Value, NoticeKind.ContractEnds, NoticeKind.OwnContractEnds, contract.EndsOn!.Value, []), able, now, cancellationToken);
    }

    private static async Task TellOfRoleAsync(NadooItDb db, EmployeeContract contract, RoleContract role, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var abilities = role.Abilities.Select(held => held.Ability).ToList();
        var able = await PeopleWhoCanGive.RoleAsync(db, role.Role, abilities, contract.CustomerId, contract.PersonId, BusinessTime.DayOf(now), cancellationToken);
        await TellAsync(
            db, contract, new(role.Id.Value, NoticeKind.RoleEnds, NoticeKind.OwnRoleEnds, role.EndsOn!.Value, [role.Role.ToString(), contract.Id.ToString()]), able, now, cancellationToken);
    }

    private static async Task TellAsync(
        NadooItDb db, EmployeeContract contract, Ending ending, IReadOnlyList<PersonId> able, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // What was told at an earlier step is told better now.
        await db.FinishRenewalsAsync(ending.Subject, now, cancellationToken);
        var name = (await db.NamesAsync([contract.PersonId], cancellationToken))[0];
        var customer = await db.Customers.Where(found => found.Id == contract.CustomerId).Select(found => found.Name).SingleAsync(cancellationToken);
        string[] words = [name, customer, ending.EndsOn.ToString("O", CultureInfo.InvariantCulture), .. ending.More];
        db.Add(Notice.Tell(contract.PersonId, ending.ToPerson, ending.Subject, words, now));
        foreach (var person in able.Where(person => person != contract.PersonId))
        {
            db.Add(Notice.Tell(person, ending.ToOthers, ending.Subject, words, now));
        }
    }

    private sealed record Ending(Guid Subject, NoticeKind ToOthers, NoticeKind ToPerson, DateOnly EndsOn, string[] More);
}
