using NadooIt.Data.Crm;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;

namespace NadooIt.Data.Hr;

/// <summary>The customers at which the caller may add employees.</summary>
public sealed class ListPlacesToAddEmployees(Access access)
{
    /// <summary>Lists them by name; archived ones are left out.</summary>
    public async Task<IReadOnlyList<Place>> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.AddEmployees, cancellationToken);
        return await db.ListPlacesAsync(cancellationToken);
    }
}
