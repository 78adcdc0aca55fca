using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>The recoveries that wait for a key manager or for the person.</summary>
public sealed class ListOpenRecoveries(Access access, TimeProvider clock)
{
    /// <summary>One recovery.</summary>
    /// <param name="Person">Who lost her keys.</param>
    /// <param name="DisplayName">Her name.</param>
    /// <param name="State">How far it is.</param>
    /// <param name="ProposedBy">Name of the first key manager.</param>
    /// <param name="ProposedAt">When.</param>
    /// <param name="IsOwnProposal">Whether the caller proposed it.</param>
    public sealed record Row(PersonId Person, string DisplayName, KeyRecoveryState State, string ProposedBy, DateTimeOffset ProposedAt, bool IsOwnProposal);

    /// <summary>Lists them, oldest first.</summary>
    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewKeys, cancellationToken);
        var (me, now) = (access.Caller.Person, clock.GetUtcNow());
        var rows = await (
            from recovery in db.KeyRecoveries.AsNoTracking()
            where recovery.CompletedAt == null && recovery.VetoedAt == null && recovery.WithdrawnAt == null && recovery.ExpiresAt > now
            join person in db.People on recovery.PersonId equals person.Id
            join proposer in db.PersonNames on recovery.ProposedBy equals proposer.Id
            orderby recovery.Id
            select new { recovery, person.DisplayName, Proposer = proposer.DisplayName })
            .Take(PageRequest.LargestSize).ToListAsync(cancellationToken);
        return [.. rows.Select(row => new Row(
            row.recovery.PersonId, row.DisplayName, row.recovery.StateAt(now), row.Proposer, row.recovery.ProposedAt, row.recovery.ProposedBy == me))];
    }
}
