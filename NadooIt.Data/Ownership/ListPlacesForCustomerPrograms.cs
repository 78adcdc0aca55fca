using NadooIt.Data.Crm;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;

namespace NadooIt.Data.Ownership;

/// <summary>The customers for whom the caller may create customer programs.</summary>
public sealed class ListPlacesForCustomerPrograms(Access access)
{
    /// <summary>Lists them by name; archived ones are left out.</summary>
    public async Task<IReadOnlyList<Place>> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateCustomerPrograms, cancellationToken);
        return await db.ListPlacesAsync(cancellationToken);
    }
}
