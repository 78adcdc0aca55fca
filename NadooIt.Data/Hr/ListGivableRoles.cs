using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>What the caller may give: customers, at each the roles, of each the abilities. Nothing else is offered.</summary>
public sealed class ListGivableRoles(Access access, TimeProvider clock)
{
    // Who looks after every customer chooses the customer first.
    private const int MostPlaces = 200;

    /// <summary>To whom, or where.</summary>
    /// <param name="Receiver">Only customers where this person has a running contract; null for anybody.</param>
    /// <param name="Customer">Only this customer; null for all.</param>
    public sealed record Input(PersonId? Receiver, CustomerId? Customer);

    /// <summary>A customer at which something may be given.</summary>
    /// <param name="Id">The customer.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="ContractEndsOn">Last day of the receiver's contract; null for an open end or no receiver.</param>
    /// <param name="Roles">The roles that may be given there.</param>
    public sealed record Place(CustomerId Id, string Name, DateOnly? ContractEndsOn, IReadOnlyList<Offer> Roles);

    /// <summary>A role that may be given.</summary>
    /// <param name="Role">The role.</param>
    /// <param name="Abilities">The abilities that may be given with it.</param>
    /// <param name="Held">The abilities that the receiver holds already; null when he does not hold the role.</param>
    /// <param name="LatestEnd">Last day of the giver's right to give the role; null for an open end.</param>
    public sealed record Offer(Role Role, IReadOnlyList<Ability> Abilities, IReadOnlyList<Ability>? Held, DateOnly? LatestEnd);

    /// <summary>Lists; empty when nothing may be given, or to oneself.</summary>
    public async Task<IReadOnlyList<Place>> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.SeeCustomer, cancellationToken);
        if (input.Receiver == access.Caller.Person)
        {
            return [];
        }

        var today = BusinessTime.DayOf(clock.GetUtcNow());
        var grants = db.Fence.Grants;
        var gives = Roles.All.Select(role => grants.Of(role.Give)).ToList();
        var everywhere = gives.Any(reach => reach.Everywhere);
        var somewhere = gives.SelectMany(reach => reach.Customers).Distinct().ToList();
        var customers = db.Customers.Where(customer => everywhere || somewhere.Contains(customer.Id));
        if (input.Customer is { } only)
        {
            customers = customers.Where(customer => customer.Id == only);
        }

        var contracts = new Dictionary<CustomerId, EmployeeContract>();
        if (input.Receiver is { } receiver)
        {
            var running = await db.EmployeeContracts.AsNoTracking()
                .Where(contract => contract.PersonId == receiver && contract.DeactivatedAt == null && contract.StartsOn <= today && (contract.EndsOn == null || contract.EndsOn >= today))
                .Include(contract => contract.Roles).ThenInclude(role => role.Abilities)
                .OrderBy(contract => contract.Id)
                .ToListAsync(cancellationToken);
            contracts = running.GroupBy(contract => contract.CustomerId).ToDictionary(group => group.Key, group => group.First());
            var places = contracts.Keys.ToList();
            customers = customers.Where(customer => places.Contains(customer.Id));
        }

        var found = await customers.OrderBy(customer => customer.Name).ThenBy(customer => customer.Id).Take(MostPlaces)
            .Select(customer => new { customer.Id, customer.Name, customer.IsOperator }).ToListAsync(cancellationToken);
        return
        [
            .. from customer in found
               let contract = contracts.GetValueOrDefault(customer.Id)
               let offers = Offers(grants, customer.Id, customer.IsOperator, contract, today)
               where offers.Count > 0
               select new Place(customer.Id, customer.Name, contract?.EndsOn, offers),
        ];
    }

    private static List<Offer> Offers(Grants grants, CustomerId customer, bool isOperator, EmployeeContract? contract, DateOnly today) =>
    [
        .. from role in Roles.All
           where GivingRoles.MayGive(grants, role.Role, customer, isOperator)
           let held = contract?.Roles.FirstOrDefault(running => running.Role == role.Role && running.IsRunningOn(today))
           select new Offer(
               role.Role,
               GivingRoles.Givable(grants, role.Role, customer, isOperator),
               held?.Abilities.Select(ability => ability.Ability).ToList(),
               GivingRoles.LatestEnd(grants, role.Role, [], customer)),
    ];
}
