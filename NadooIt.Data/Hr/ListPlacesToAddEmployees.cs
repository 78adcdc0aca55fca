using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>The customers at which the caller may add employees.</summary>
public sealed class ListPlacesToAddEmployees(Access access)
{
    /// <summary>A customer.</summary>
    public sealed record Place(CustomerId Id, string Name);

    /// <summary>Lists them by name, at most 200; archived ones are left out.</summary>
    public async Task<IReadOnlyList<Place>> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.AddEmployees, cancellationToken);
        return await db.Customers.Where(customer => customer.ArchivedAt == null)
            .OrderBy(customer => customer.Name).ThenBy(customer => customer.Id)
            .Take(PageRequest.LargestSize)
            .Select(customer => new Place(customer.Id, customer.Name))
            .ToListAsync(cancellationToken);
    }
}
