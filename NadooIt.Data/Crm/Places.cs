using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Crm;

/// <summary>A customer at which something may be begun.</summary>
public sealed record Place(CustomerId Id, string Name);

/// <summary>The customers that are offered where something is begun.</summary>
internal static class Places
{
    /// <summary>Most customers that are offered.</summary>
    private const int Most = 500;

    /// <summary>Those within the fence by name, without archived ones.</summary>
    public static async Task<IReadOnlyList<Place>> ListPlacesAsync(this NadooItDb db, CancellationToken cancellationToken) =>
        await db.Customers.Where(customer => customer.ArchivedAt == null)
            .OrderBy(customer => customer.Name).ThenBy(customer => customer.Id)
            .Select(customer => new Place(customer.Id, customer.Name)).Take(Most)
            .ToListAsync(cancellationToken);
}
