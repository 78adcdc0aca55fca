using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Crm;

/// <summary>
/// Creates a customer and, if wanted, the creator's own first contract there with every customer role, so that
/// somebody can look after it from the first minute. That contract is shown and ended like any other.
/// </summary>
public sealed class CreateCustomer(Access access, TimeProvider clock)
{
    private const int MostNeighbours = 1000;

    /// <summary>What is created.</summary>
    /// <param name="Name">Name of the company.</param>
    /// <param name="LookAfterIt">Whether the creator gets the first contract.</param>
    /// <param name="EvenIfSimilar">Whether a customer of nearly the same name or at the same place is no reason to stop.</param>
    /// <param name="Reason">Why the creator looks after it, in his language.</param>
    /// <param name="BillingAddress">Where invoices go; null when not known yet.</param>
    public sealed record Input(string Name, bool LookAfterIt, bool EvenIfSimilar, string Reason, AddressLines? BillingAddress = null);

    /// <summary>Creates it and returns its id.</summary>
    /// <exception cref="Refused">The name is not acceptable, a similar customer exists, or the creator has a key that the roles do not take.</exception>
    public async Task<CustomerId> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateCustomers, cancellationToken);
        var now = clock.GetUtcNow();
        var customer = Customer.Create(input.Name, now);
        if (!input.EvenIfSimilar && await SimilarAsync(db, customer, input.BillingAddress, cancellationToken) is { } similar)
        {
            throw new Refused(CrmRefusals.LooksLikeDuplicate, similar);
        }

        db.Add(customer);
        if (input.BillingAddress is { } lines)
        {
            db.Add(Address.Add(customer.Id, AddressKind.Billing, lines, isDefault: true, now));
        }

        if (input.LookAfterIt)
        {
            var me = access.Caller.Person;
            var grants = db.Fence.Grants;
            var under = grants.Why(Ability.CreateCustomers, customer.Id).First().Contract;
            var roles = Roles.All.Where(role => !role.AtOperatorOnly).ToList();
            await access.RequireFittingKeysAsync(me, [.. roles.Select(role => role.Role)], cancellationToken);
            var contract = EmployeeContract.Begin(customer.Id, me, BusinessTime.DayOf(now), null, me, now);
            foreach (var role in roles)
            {
                contract.Give(role.Role, role.Abilities, new RoleGift(me, under, input.Reason, now));
            }

            db.Add(contract);
        }

        await db.SaveChangesAsync(cancellationToken);
        return customer.Id;
    }

    private static async Task<string?> SimilarAsync(NadooItDb db, Customer customer, AddressLines? lines, CancellationToken cancellationToken)
    {
        var named = await db.Customers
            .Where(other => other.ComparableName == customer.ComparableName)
            .Select(other => other.Name)
            .FirstOrDefaultAsync(cancellationToken);
        if (named is not null || lines is null)
        {
            return named;
        }

        // The postal code narrows it down; how a street is written is compared here.
        var postalCode = lines.PostalCode.Trim();
        var near = await (
            from address in db.Addresses
            join other in db.Customers on address.CustomerId equals other.Id
            where address.ValidUntil == null && address.PostalCode == postalCode
            orderby other.Id
            select new { address, other.Name }).Take(MostNeighbours).ToListAsync(cancellationToken);
        return near.FirstOrDefault(found => found.address.Lines.ComparablePlace == lines.ComparablePlace)?.Name;
    }
}
