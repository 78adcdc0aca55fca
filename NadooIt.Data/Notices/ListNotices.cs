using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Notices;

/// <summary>The caller's own notices, the newest first.</summary>
public sealed class ListNotices(Access access)
{
    /// <summary>Which of them.</summary>
    /// <param name="WithDone">Whether those that are done are shown too.</param>
    /// <param name="Page">Which page.</param>
    public sealed record Input(bool WithDone, PageRequest Page);

    /// <summary>Lists.</summary>
    public async Task<Page<Notice>> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var me = access.Caller.Person;
        return await db.Notices.AsNoTracking()
            .Where(notice => notice.PersonId == me && (input.WithDone || notice.DoneAt == null))
            .OrderByDescending(notice => notice.At).ThenByDescending(notice => notice.Id)
            .ToPageAsync(input.Page, cancellationToken);
    }
}
