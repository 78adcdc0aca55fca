using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Home;

/// <summary>
/// How it goes: saved time and cost of this month against the same days of the month before, per day and per month.
/// Everything comes from the kept figures; reversed and refunded executions are left out, and so is what orders only hold.
/// </summary>
public sealed class ReadProgress(Access access, TimeProvider clock)
{
    /// <summary>Days in the chart by day.</summary>
    public const int Days = 30;

    /// <summary>Months in the chart by month.</summary>
    public const int Months = 12;

    /// <summary>Saved time and price of a span of days.</summary>
    /// <param name="From">First day.</param>
    /// <param name="To">Last day.</param>
    /// <param name="Count">How many executions.</param>
    /// <param name="Saved">Seconds saved.</param>
    /// <param name="Price">Euro.</param>
    public sealed record Span(DateOnly From, DateOnly To, long Count, Seconds Saved, Money Price);

    /// <summary>How it goes.</summary>
    /// <param name="ThisMonth">From the first of this month to today.</param>
    /// <param name="LastMonth">The same days of the month before; if that was shorter, all of it.</param>
    /// <param name="ByDay">The last 30 days, today last.</param>
    /// <param name="ByMonth">The last 12 months, this one last.</param>
    public sealed record Result(Span ThisMonth, Span LastMonth, IReadOnlyList<Span> ByDay, IReadOnlyList<Span> ByMonth);

    /// <summary>Reads.</summary>
    public async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        var today = BusinessTime.DayOf(clock.GetUtcNow());
        var month = new DateOnly(today.Year, today.Month, 1);
        var first = month.AddMonths(1 - Months);
        var only = db.Fence.Reach is { Everywhere: false, Customers: [var customer] } ? customer : (CustomerId?)null;
        var before = month.AddMonths(-1);
        var shown = today.AddDays(1 - Days);
        var firstDay = before < shown ? before : shown;
        var days = await Counted(db.ExecutionDays, only)
            .Where(day => day.Day >= firstDay && day.Day <= today)
            .GroupBy(day => day.Day)
            .Select(day => new Figures(day.Key, day.Sum(row => row.Count), day.Sum(row => (long)(object)row.Saved), day.Sum(row => row.PriceMillionths)))
            .ToListAsync(cancellationToken);
        var months = await Counted(db.ExecutionMonths, only)
            .Where(row => row.Month >= first && row.Month <= month)
            .GroupBy(row => row.Month)
            .Select(rows => new Figures(rows.Key, rows.Sum(row => row.Count), rows.Sum(row => (long)(object)row.Saved), rows.Sum(row => row.PriceMillionths)))
            .ToListAsync(cancellationToken);
        var sameDay = before.AddDays(Math.Min(today.Day, DateTime.DaysInMonth(before.Year, before.Month)) - 1);
        return new(
            Sum(days, month, today), Sum(days, before, sameDay),
            [.. Enumerable.Range(0, Days).Select(number => today.AddDays(number + 1 - Days)).Select(day => Sum(days, day, day))],
            [.. Enumerable.Range(0, Months).Select(first.AddMonths).Select(start => Sum(months, start, start.AddMonths(1).AddDays(-1)))]);
    }

    private static IQueryable<TFigures> Counted<TFigures>(IQueryable<TFigures> rows, CustomerId? only)
        where TFigures : ExecutionFigures => rows
        .Where(row => only == null || row.CustomerId == only)
        .Where(row => row.Status != ExecutionStatus.Reversed && row.Status != ExecutionStatus.Refunded && row.Status != ExecutionStatus.Held);

    private static Span Sum(IEnumerable<Figures> figures, DateOnly from, DateOnly to)
    {
        var within = figures.Where(figure => from <= figure.From && figure.From <= to).ToList();
        return new(
            from, to, within.Sum(day => day.Count), new(within.Sum(day => day.Saved)), Money.FromMillionths(within.Sum(day => day.PriceMillionths)));
    }

    private sealed record Figures(DateOnly From, long Count, long Saved, long PriceMillionths);
}
