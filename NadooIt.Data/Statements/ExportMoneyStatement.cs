using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Audit;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Statements;

/// <summary>Every line of a customer's money in one month, as one snapshot. The reading is audited before the first row leaves.</summary>
public sealed class ExportMoneyStatement(Access access, TimeProvider clock)
{
    private const int ChunkSize = 2_000;

    /// <summary>What the audit trail calls the reading.</summary>
    public const string AuditSubject = "MoneyStatement";

    /// <summary>Records the reading, and returns the lines; they are read from the database while they are asked for.</summary>
    /// <exception cref="Refused">Unknown, or out of reach.</exception>
    public async Task<IAsyncEnumerable<MoneyLine>> RunAsync(CustomerId customer, DateOnly month, CancellationToken cancellationToken)
    {
        // The lines dispose of it: a context that is not read from holds no connection.
        var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        if (!await db.Customers.AnyAsync(found => found.Id == customer, cancellationToken))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        var now = clock.GetUtcNow();
        var id = NewId.At<AuditEntryId>(now);
        var what = JsonSerializer.Serialize(new Dictionary<string, string> { ["Month"] = month.ToString("yyyy-MM", CultureInfo.InvariantCulture) });
        db.Add(new AuditEntry(
            id, now, access.Caller.Person, access.Caller.ApiKey, Ability.ViewExecutions, null, access.Caller.Address, customer,
            AuditSubject, id.ToString(), "read", null, what, System.Diagnostics.Activity.Current?.TraceId.ToString()));
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        return LinesAsync(db, customer, Period.Month(month), CancellationToken.None);
    }

    private static async IAsyncEnumerable<MoneyLine> LinesAsync(
        NadooItDb db, CustomerId customer, Period month, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var closing = db;
        await using var snapshot = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        foreach (var chain in await db.MoneyChainsAsync(customer, month, cancellationToken))
        {
            for (var first = chain.First; first < chain.End; first += ChunkSize)
            {
                var part = chain with { First = first, End = Math.Min(first + ChunkSize, chain.End) };
                var transfers = await part.Lines(db).OrderBy(line => line.ChainPosition).ToListAsync(cancellationToken);
                foreach (var line in await db.MoneyLinesAsync(part, transfers, cancellationToken))
                {
                    yield return line;
                }
            }
        }
    }
}
