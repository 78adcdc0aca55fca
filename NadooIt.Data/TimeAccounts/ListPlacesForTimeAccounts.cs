using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.TimeAccounts;

/// <summary>The customers for whom the caller may open time accounts.</summary>
public sealed class ListPlacesForTimeAccounts(Access access)
{
    /// <summary>Most customers that are offered.</summary>
    public const int Most = 500;

    /// <summary>A customer.</summary>
    public sealed record Place(CustomerId Id, string Name);

    /// <summary>Lists at most <see cref="Most"/>.</summary>
    public async Task<IReadOnlyList<Place>> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.OpenTimeAccounts, cancellationToken);
        return await db.Customers.Where(customer => customer.ArchivedAt == null)
            .OrderBy(customer => customer.Name).ThenBy(customer => customer.Id)
            .Select(customer => new Place(customer.Id, customer.Name)).Take(Most)
            .ToListAsync(cancellationToken);
    }
}
