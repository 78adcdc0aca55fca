using NadooIt.Data.Crm;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;

namespace NadooIt.Data.TimeAccounts;

/// <summary>The customers for whom the caller may open time accounts.</summary>
public sealed class ListPlacesForTimeAccounts(Access access)
{
    /// <summary>Lists them by name; archived ones are left out.</summary>
    public async Task<IReadOnlyList<Place>> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.OpenTimeAccounts, cancellationToken);
        return await db.ListPlacesAsync(cancellationToken);
    }
}
