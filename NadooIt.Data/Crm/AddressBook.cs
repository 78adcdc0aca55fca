using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Hr;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Crm;

/// <summary>The current addresses of one customer, locked while they are changed: exactly one default per kind.</summary>
internal sealed class AddressBook : IAsyncDisposable
{
    private readonly NadooItDb db;
    private readonly List<Address> current;

    private AddressBook(NadooItDb db, List<Address> current) => (this.db, this.current) = (db, current);

    /// <summary>Opens the door and locks the addresses of the customer until the book is closed.</summary>
    /// <exception cref="Refused">The customer lies outside the caller's reach.</exception>
    public static async Task<AddressBook> OpenAsync(Access access, CustomerId customer, CancellationToken cancellationToken)
    {
        var db = await access.OpenAsync(Ability.EditCustomer, cancellationToken);
        try
        {
            if (!await db.Customers.AnyAsync(found => found.Id == customer, cancellationToken))
            {
                throw new Refused(CommonRefusals.NotFound);
            }

            // Lasts until the context goes; what is not committed by then is rolled back.
            await db.Database.BeginTransactionAsync(cancellationToken);
            await db.AdvisoryLockAsync(Locks.AddressesOf(customer), cancellationToken);
            var current = await db.Addresses.Where(address => address.CustomerId == customer && address.ValidUntil == null)
                .OrderByDescending(address => address.Id).ToListAsync(cancellationToken);
            return new(db, current);
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }

    /// <summary>The current address, as the caller saw it.</summary>
    /// <exception cref="Refused">It has been replaced or ended, or is none of this customer.</exception>
    public Address Current(AddressId id, uint version)
    {
        var address = current.SingleOrDefault(found => found.Id == id) ?? throw new Refused(CommonRefusals.ChangedMeanwhile);
        return db.VersionOf(address) == version ? address : throw new Refused(CommonRefusals.ChangedMeanwhile);
    }

    public void Add(Address address)
    {
        current.Add(address);
        db.Add(address);
    }

    /// <summary>
    /// Saves with exactly one default per kind: the wanted one, else the one that is, else the latest. In two steps,
    /// because at no moment may there be two.
    /// </summary>
    public async Task SaveAsync(AddressId? wanted, CancellationToken cancellationToken)
    {
        var defaults = current.Where(address => address.ValidUntil is null).GroupBy(address => address.Kind)
            .Select(kind => kind.FirstOrDefault(address => address.Id == wanted) ?? kind.FirstOrDefault(address => address.IsDefault) ?? kind.First())
            .ToHashSet();
        foreach (var address in current.Where(address => !defaults.Contains(address) && address.IsDefault))
        {
            address.SetDefault(false);
        }

        foreach (var address in defaults.Where(address => db.Entry(address).State == EntityState.Added))
        {
            address.SetDefault(false);
        }

        await db.SaveChangesAsync(cancellationToken);
        foreach (var address in defaults.Where(address => !address.IsDefault))
        {
            address.SetDefault(true);
        }

        await db.SaveChangesAsync(cancellationToken);
        await db.Database.CommitTransactionAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => db.DisposeAsync();
}
