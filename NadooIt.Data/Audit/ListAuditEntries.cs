using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;

namespace NadooIt.Data.Audit;

/// <summary>The trail of all changes, newest first, one page of it.</summary>
public sealed class ListAuditEntries(Access access)
{
    /// <summary>Which entries, and which page of them.</summary>
    public sealed record Input(AuditFilter Filter, PageRequest Page);

    /// <summary>Lists.</summary>
    public async Task<Page<AuditRow>> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ReadAudit, cancellationToken);
        return await AuditQueries.Named(db, AuditQueries.Matching(db, input.Filter)).ToPageAsync(input.Page, cancellationToken);
    }
}
