using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Audit;

/// <summary>Every entry within the filter, newest first, read while it is written out. The reading itself is an entry.</summary>
public sealed class ExportAuditEntries(Access access, TimeProvider clock)
{
    /// <summary>What the audit trail calls the reading.</summary>
    public const string AuditSubject = "AuditExport";

    /// <summary>Records the reading, and returns the entries; they are read from the database while they are asked for.</summary>
    /// <exception cref="AccessDenied">The caller may not read the trail.</exception>
    public async Task<IAsyncEnumerable<AuditRow>> RunAsync(AuditFilter filter, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ReadAudit, cancellationToken);
        var reading = new Reading(AuditSubject, Guid.CreateVersion7(clock.GetUtcNow()).ToString(), await db.OperatorIdAsync(cancellationToken), JsonSerializer.Serialize(filter));
        await AuditTrail.AddReadingAsync(db, reading, clock.GetUtcNow(), cancellationToken);
        return RowsAsync(filter, CancellationToken.None);
    }

    private async IAsyncEnumerable<AuditRow> RowsAsync(AuditFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ReadAudit, cancellationToken);
        await foreach (var row in AuditQueries.Named(db, AuditQueries.Matching(db, filter)).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return row;
        }
    }
}
