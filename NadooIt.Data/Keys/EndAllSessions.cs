using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;

namespace NadooIt.Data.Keys;

/// <summary>Signs the caller out everywhere, here too.</summary>
public sealed class EndAllSessions(Access access, TimeProvider clock)
{
    /// <summary>Ends every session and returns how many there were.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        return await db.EndSessionsAsync(access.Caller.Person, null, clock.GetUtcNow(), cancellationToken);
    }
}
