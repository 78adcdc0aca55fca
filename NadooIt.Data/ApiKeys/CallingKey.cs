using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;

namespace NadooIt.Data.ApiKeys;

/// <summary>The key that calls, for use cases that only a key can call.</summary>
internal static class CallingKey
{
    /// <exception cref="NotSignedIn">A person in a browser calls, or nobody.</exception>
    public static Task<ApiKey> ReadAsync(NadooItDb db, Access access, CancellationToken cancellationToken)
    {
        var id = access.Caller.ApiKey ?? throw new NotSignedIn();
        return db.ApiKeys.AsNoTracking().SingleAsync(key => key.Id == id, cancellationToken);
    }
}
