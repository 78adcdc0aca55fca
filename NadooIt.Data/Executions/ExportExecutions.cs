using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Audit;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>
/// Every execution within the filter, newest first, as one snapshot, read while it is written out. The reading itself
/// is audited at each customer before the first row leaves.
/// </summary>
public sealed class ExportExecutions(Access access, TimeProvider clock)
{
    private const int ChunkSize = 2_000;

    /// <summary>What the audit trail calls the reading.</summary>
    public const string AuditSubject = "ExecutionExport";

    /// <summary>Records the reading, and returns the rows; they are read from the database while they are asked for.</summary>
    /// <exception cref="AccessDenied">The caller may see executions nowhere.</exception>
    public async Task<IAsyncEnumerable<ExecutionRow>> RunAsync(ExecutionFilter filter, CancellationToken cancellationToken)
    {
        // The rows dispose of it: a context that is not read from holds no connection.
        var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        var queries = new ExecutionQueries(db, filter, filter.Days(BusinessTime.DayOf(clock.GetUtcNow())));
        await AuditAsync(db, queries, filter, cancellationToken);
        return RowsAsync(db, queries, CancellationToken.None);
    }

    private static async IAsyncEnumerable<ExecutionRow> RowsAsync(
        NadooItDb db, ExecutionQueries queries, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var closing = db;
        await using var snapshot = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var names = new ExecutionNames(db);
        var rows = (await queries.MatchingAsync(cancellationToken)).AsNoTracking();
        Execution? last = null;
        while (true)
        {
            var rest = last is null
                ? rows
                : rows.Where(row => EF.Functions.LessThan(ValueTuple.Create(row.OccurredAt, row.Id), ValueTuple.Create(last.OccurredAt, last.Id)));
            var chunk = await ExecutionQueries.Newest(rest).Take(ChunkSize).ToListAsync(cancellationToken);
            foreach (var row in await names.RowsAsync(chunk, cancellationToken))
            {
                yield return row;
            }

            if (chunk.Count < ChunkSize)
            {
                yield break;
            }

            last = chunk[^1];
        }
    }

    private async Task AuditAsync(NadooItDb db, ExecutionQueries queries, ExecutionFilter filter, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var customers = await (filter.IsAnsweredByDays
            ? queries.Figures.Rows().Select(row => row.CustomerId).Distinct()
            : (await queries.MatchingAsync(cancellationToken)).Select(row => row.CustomerId).Distinct()).ToListAsync(cancellationToken);
        var what = JsonSerializer.Serialize(new Dictionary<string, string?>
        {
            [nameof(filter.Period)] = filter.Period?.ToString(),
            [nameof(filter.From)] = filter.From?.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            [nameof(filter.To)] = filter.To?.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            [nameof(filter.CustomerProgram)] = filter.CustomerProgram?.ToString(),
            [nameof(filter.Status)] = filter.Status?.ToString(),
            [nameof(filter.Person)] = filter.Person?.ToString(),
            [nameof(filter.Search)] = filter.Search,
        });
        foreach (var customer in customers)
        {
            var id = NewId.At<AuditEntryId>(now);
            db.Add(new AuditEntry(
                id, now, access.Caller.Person, access.Caller.ApiKey, Ability.ViewExecutions, null, access.Caller.Address, customer,
                AuditSubject, id.ToString(), "read", null, what, System.Diagnostics.Activity.Current?.TraceId.ToString()));
        }

        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
    }
}
