using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Notices;

/// <summary>Notes that the caller has read one of his notices.</summary>
public sealed class ReadNotice(Access access, TimeProvider clock)
{
    /// <summary>Notes it; again changes nothing.</summary>
    /// <exception cref="Refused">Unknown, or somebody else's.</exception>
    public async Task RunAsync(NoticeId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var me = access.Caller.Person;
        var notice = await db.Notices.SingleOrDefaultAsync(found => found.Id == id && found.PersonId == me, cancellationToken)
            ?? throw new Refused(NoticeRefusals.NotFound);
        notice.Read(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
    }
}
