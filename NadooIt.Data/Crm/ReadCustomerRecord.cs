using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Crm;

/// <summary>A customer's record with every version of its addresses.</summary>
public sealed class ReadCustomerRecord(Access access)
{
    /// <summary>The record.</summary>
    /// <param name="Id">The customer.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="CreatedAt">When it was created.</param>
    /// <param name="ArchivedAt">When it was archived; null while active.</param>
    /// <param name="Version">Version of the record, for edits.</param>
    /// <param name="Addresses">Current ones first, defaults first among them, at most 200.</param>
    public sealed record Result(CustomerId Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? ArchivedAt, uint Version, IReadOnlyList<AddressRow> Addresses);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">It does not exist within the caller's reach.</exception>
    public async Task<Result> RunAsync(CustomerId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewCustomer, cancellationToken);
        var customer = await db.Customers.SingleOrDefaultAsync(found => found.Id == id, cancellationToken) ?? throw new Refused(CommonRefusals.NotFound);
        var addresses = await db.Addresses.Where(address => address.CustomerId == id)
            .OrderByDescending(address => address.ValidUntil == null).ThenBy(address => address.Kind).ThenByDescending(address => address.IsDefault).ThenByDescending(address => address.Id)
            .Take(PageRequest.LargestSize)
            .ToListAsync(cancellationToken);
        return new(
            customer.Id, customer.Name, customer.CreatedAt, customer.ArchivedAt, db.VersionOf(customer),
            [.. addresses.Select(address => new AddressRow(address.Id, address.Kind, address.IsDefault, address.Lines, address.ValidFrom, address.ValidUntil, db.VersionOf(address)))]);
    }
}
