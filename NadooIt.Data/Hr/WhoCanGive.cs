using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>Who could give the caller an ability that is missing: people at the customers where he works, else NADOO's people.</summary>
public sealed class WhoCanGive(Access access, TimeProvider clock)
{
    /// <summary>Most names that are told.</summary>
    public const int MostNames = 10;

    /// <summary>Display names only; people at the caller's own customers first. Empty when nobody can.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(Ability ability, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var me = access.Caller.Person;
        var today = BusinessTime.DayOf(clock.GetUtcNow());
        var mine = await db.EmployeeContracts
            .Where(contract => contract.PersonId == me && contract.DeactivatedAt == null && contract.StartsOn <= today && (contract.EndsOn == null || contract.EndsOn >= today))
            .Select(contract => contract.CustomerId).Distinct().ToListAsync(cancellationToken);

        // Those who can give lie outside the own fence; nothing but their display names leaves this method.
        await using var all = access.OpenForSystem("name who can give an ability");
        List<CustomerId> places = Roles.IsOperatorAbility(ability) || mine.Count == 0 ? [await all.OperatorIdAsync(cancellationToken)] : mine;
        var able = await PeopleWhoCanGive.AtAsync(all, ability, places, me, today, cancellationToken);
        return await all.NamesAsync(able.Take(MostNames), cancellationToken);
    }
}

internal static class NamesOfPeople
{
    /// <summary>Display names in the given order.</summary>
    public static async Task<IReadOnlyList<string>> NamesAsync(this NadooItDb db, IEnumerable<PersonId> people, CancellationToken cancellationToken)
    {
        var ids = people.ToList();
        var names = await db.PersonNames.Where(person => ids.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.DisplayName, cancellationToken);
        return [.. ids.Select(person => names[person])];
    }
}
