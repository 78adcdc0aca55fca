using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>Where the caller can ask for an ability, and who would give it there.</summary>
public sealed class ReadAskingChoices(Access access, TimeProvider clock)
{
    // Who works at more places than this asks from the place itself.
    private const int MostPlaces = 20;

    /// <summary>A customer at which the caller works and the ability exists.</summary>
    /// <param name="Customer">The customer.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="IsHeld">Whether the caller holds the ability there already.</param>
    /// <param name="Open">The caller's request that waits for an answer; null without one.</param>
    /// <param name="WhoCanGive">Display names of those who can give it; empty when nobody can.</param>
    public sealed record Place(CustomerId Customer, string Name, bool IsHeld, AccessRequestId? Open, IReadOnlyList<string> WhoCanGive);

    /// <summary>Reads; empty when the caller works nowhere where the ability exists.</summary>
    public async Task<IReadOnlyList<Place>> RunAsync(Ability ability, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenBeyondAsync(Ability.ManageOwnAccount, "name who can give an ability", cancellationToken);
        var (me, now) = (access.Caller.Person, clock.GetUtcNow());
        var today = BusinessTime.DayOf(now);
        var atOperatorOnly = Roles.Carrying(ability)?.AtOperatorOnly;
        if (atOperatorOnly is null)
        {
            return [];
        }

        var customers = await (
            from contract in db.EmployeeContracts
            where contract.PersonId == me && contract.DeactivatedAt == null && contract.StartsOn <= today && (contract.EndsOn == null || contract.EndsOn >= today)
            join customer in db.Customers on contract.CustomerId equals customer.Id
            where !atOperatorOnly.Value || customer.IsOperator
            orderby customer.Name, customer.Id
            select new { customer.Id, customer.Name }).Take(MostPlaces).ToListAsync(cancellationToken);
        var open = await db.AccessRequests
            .Where(request => request.PersonId == me && request.Ability == ability && request.Outcome == null && request.ExpiresAt > now)
            .ToDictionaryAsync(request => request.CustomerId, request => request.Id, cancellationToken);
        var places = new List<Place>();
        foreach (var customer in customers)
        {
            var able = await PeopleWhoCanGive.AtAsync(db, ability, [customer.Id], me, today, cancellationToken);
            places.Add(new(
                customer.Id, customer.Name, db.Fence.Grants.Of(ability).Includes(customer.Id),
                open.TryGetValue(customer.Id, out var request) ? request : null,
                await db.NamesAsync(able.Take(WhoCanGive.MostNames), cancellationToken)));
        }

        return places;
    }
}
