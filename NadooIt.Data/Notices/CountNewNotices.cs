using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;

namespace NadooIt.Data.Notices;

/// <summary>How many of the caller's notices are new, for the top bar.</summary>
public sealed class CountNewNotices(Access access)
{
    /// <summary>Counts.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var me = access.Caller.Person;
        return await db.Notices.CountAsync(notice => notice.PersonId == me && notice.DoneAt == null && notice.ReadAt == null, cancellationToken);
    }
}
