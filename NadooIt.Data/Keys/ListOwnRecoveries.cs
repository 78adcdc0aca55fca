using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>The recoveries of the caller's own access: what is open, and what happened lately.</summary>
public sealed class ListOwnRecoveries(Access access, TimeProvider clock)
{
    /// <summary>So many days a finished recovery is shown.</summary>
    public const int DaysShown = 90;

    /// <summary>One recovery, with the names of the key managers.</summary>
    public sealed record Row(KeyRecoveryId Id, KeyRecoveryState State, string Reason, string ProposedBy, DateTimeOffset ProposedAt, string? ConfirmedBy, DateTimeOffset? ConfirmedAt, DateTimeOffset? CompletedAt);

    /// <summary>Lists them, newest first.</summary>
    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var (me, now) = (access.Caller.Person, clock.GetUtcNow());
        var since = now.AddDays(-DaysShown);
        var rows = await (
            from recovery in db.KeyRecoveries.AsNoTracking()
            where recovery.PersonId == me && recovery.ProposedAt > since
            join proposer in db.PersonNames on recovery.ProposedBy equals proposer.Id
            orderby recovery.Id descending
            select new { recovery, proposer.DisplayName, Confirmer = db.PersonNames.Where(name => name.Id == recovery.ConfirmedBy).Select(name => name.DisplayName).FirstOrDefault() })
            .Take(PageRequest.UsualSize).ToListAsync(cancellationToken);
        return [.. rows.Select(row => new Row(
            row.recovery.Id, row.recovery.StateAt(now), row.recovery.Reason, row.DisplayName, row.recovery.ProposedAt,
            row.Confirmer, row.recovery.ConfirmedAt, row.recovery.CompletedAt))];
    }
}
