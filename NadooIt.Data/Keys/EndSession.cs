using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>Ends one of the caller's sessions.</summary>
public sealed class EndSession(Access access, TimeProvider clock)
{
    /// <summary>Ends it; one that has ended already stays ended.</summary>
    /// <exception cref="Refused">The caller has no such session.</exception>
    public async Task RunAsync(SessionId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var me = access.Caller.Person;
        var session = await db.Sessions.SingleOrDefaultAsync(session => session.Id == id && session.PersonId == me, cancellationToken)
            ?? throw new Refused(CommonRefusals.NotFound);
        session.End(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
    }
}
