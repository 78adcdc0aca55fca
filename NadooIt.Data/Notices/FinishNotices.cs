using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Notices;

/// <summary>Puts the caller's notices aside: one of them, or all that are open.</summary>
public sealed class FinishNotices(Access access, TimeProvider clock)
{
    /// <summary>Most that are put aside at once.</summary>
    public const int Most = 1000;

    /// <summary>Puts aside; again changes nothing.</summary>
    /// <param name="id">The notice; null for all that are open.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <exception cref="Refused">Unknown, or somebody else's.</exception>
    public async Task RunAsync(NoticeId? id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var me = access.Caller.Person;
        var notices = await db.Notices
            .Where(notice => notice.PersonId == me && (id == null ? notice.DoneAt == null : notice.Id == id))
            .OrderBy(notice => notice.Id).Take(Most).ToListAsync(cancellationToken);
        if (id is not null && notices.Count == 0)
        {
            throw new Refused(NoticeRefusals.NotFound);
        }

        foreach (var notice in notices)
        {
            notice.Finish(clock.GetUtcNow());
        }

        await db.SaveChangesAsync(cancellationToken);
    }
}
