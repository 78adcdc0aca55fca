using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Statements;

namespace NadooIt.Data.Statements;

/// <summary>The latest months that are over, and for how many customers within reach each is closed.</summary>
public sealed class ListMonths(Access access, TimeProvider clock)
{
    /// <summary>How many months.</summary>
    public const int Most = 12;

    /// <summary>A month.</summary>
    /// <param name="Month">Its first day.</param>
    /// <param name="Closed">For how many customers it is closed.</param>
    /// <param name="Customers">How many customers there are.</param>
    public sealed record Row(DateOnly Month, int Closed, int Customers);

    /// <summary>Lists, the latest first.</summary>
    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        var present = DaySpan.MonthOf(BusinessTime.DayOf(clock.GetUtcNow()));
        var first = present.AddMonths(-Most);
        var closed = await db.ClosingRecords
            .Where(record => record.Month >= first && record.Kind == ClosingRecordKind.Closed
                && !db.ClosingRecords.Any(later => later.CustomerId == record.CustomerId && later.Month == record.Month && later.Number > record.Number))
            .GroupBy(record => record.Month).Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken);
        var customers = await db.Customers.CountAsync(cancellationToken);
        return [.. Enumerable.Range(1, Most).Select(back => present.AddMonths(-back)).Select(month => new Row(month, closed.GetValueOrDefault(month), customers))];
    }
}
