using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>
/// Sums over the same filter as the list. Filters by days, customer, program and status are answered from the
/// kept figures; only searches and the last 20 walk executions.
/// </summary>
public sealed class SumExecutions(Access access, TimeProvider clock)
{
    /// <summary>Figures of a group of executions.</summary>
    /// <param name="Count">How many.</param>
    /// <param name="Saved">Seconds saved.</param>
    /// <param name="Prepaid">Seconds taken from prepaid time.</param>
    /// <param name="Billed">Seconds billed.</param>
    /// <param name="Price">Euro.</param>
    public sealed record Figures(long Count, Seconds Saved, Seconds Prepaid, Seconds Billed, Money Price)
    {
        /// <summary>Nothing.</summary>
        public static Figures None { get; } = new(0, Seconds.Zero, Seconds.Zero, Seconds.Zero, Money.NoEuro);

        /// <summary>Both groups together.</summary>
        public static Figures operator +(Figures left, Figures right) => new(
            left.Count + right.Count, left.Saved + right.Saved, left.Prepaid + right.Prepaid, left.Billed + right.Billed, left.Price + right.Price);
    }

    /// <summary>Sums.</summary>
    /// <param name="Counted">Not paid, paid and disputed executions.</param>
    /// <param name="Held">What is held for open orders, not part of the first: neither open nor paid.</param>
    /// <param name="Reversed">Reversed ones, not part of the first.</param>
    /// <param name="Refunded">Refunded ones, not part of the first.</param>
    /// <param name="Unsearched">The days within the filter, before all others, in which was neither searched nor summed; null for none.</param>
    public sealed record Result(Figures Counted, Figures Held, Figures Reversed, Figures Refunded, DaySpan? Unsearched);

    /// <summary>Sums up.</summary>
    public async Task<Result> RunAsync(ExecutionFilter filter, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        var days = filter.Days(BusinessTime.DayOf(clock.GetUtcNow()));
        var search = filter.IsSearch ? await ExecutionSearch.BeginAsync(access, db, filter, days, cancellationToken) : null;
        var queries = new ExecutionQueries(db, filter, days);
        var groups = filter.IsAnsweredByDays
            ? await OfFiguresAsync(queries, cancellationToken)
            : await WalkAsync(search?.Rows ?? await queries.NewestAsync(0, ExecutionFilter.LastCount, cancellationToken), cancellationToken);
        return new(
            groups.Where(group => group.Key is not (ExecutionStatus.Reversed or ExecutionStatus.Refunded or ExecutionStatus.Held)).Aggregate(Figures.None, (sum, group) => sum + group.Value),
            groups.GetValueOrDefault(ExecutionStatus.Held, Figures.None),
            groups.GetValueOrDefault(ExecutionStatus.Reversed, Figures.None),
            groups.GetValueOrDefault(ExecutionStatus.Refunded, Figures.None),
            search?.UnsearchedAfter(groups.Values.Sum(group => group.Count), filter));
    }

    private static async Task<Dictionary<ExecutionStatus, Figures>> OfFiguresAsync(ExecutionQueries queries, CancellationToken cancellationToken)
    {
        var sums = await queries.Figures.Rows().GroupBy(row => row.Status).Select(group => new
        {
            group.Key,
            Count = group.Sum(row => row.Count),
            Saved = group.Sum(row => row.Saved),
            Prepaid = group.Sum(row => row.Prepaid),
            Billed = group.Sum(row => row.Billed),
            Price = group.Sum(row => row.Price),
        }).ToListAsync(cancellationToken);
        return sums.ToDictionary(
            sum => sum.Key, sum => new Figures(sum.Count, new(sum.Saved), new(sum.Prepaid), new(sum.Billed), Money.FromMillionths(sum.Price)));
    }

    private static async Task<Dictionary<ExecutionStatus, Figures>> WalkAsync(IQueryable<Execution> rows, CancellationToken cancellationToken)
    {
        var sums = await rows.GroupBy(row => row.Status).Select(group => new
        {
            group.Key,
            Count = group.LongCount(),
            Saved = group.Sum(row => (long)(object)row.Saved),
            Prepaid = group.Sum(row => (long)(object)row.Prepaid),
            Billed = group.Sum(row => (long)(object)row.Billed),
            Price = group.Sum(row => (decimal)(object)row.Price),
        }).ToListAsync(cancellationToken);
        return sums.ToDictionary(
            sum => sum.Key, sum => new Figures(sum.Count, new(sum.Saved), new(sum.Prepaid), new(sum.Billed), Money.Euro(sum.Price)));
    }
}
