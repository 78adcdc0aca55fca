using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>
/// What is searched for within a filter. Where few executions begin like the text, the index of references finds them; where few
/// lie within the rest of the filter, those are read; where both are many, the newest days are searched, and the result says which not.
/// </summary>
/// <param name="Rows">What was found, in no order; of "last 20" those 20.</param>
/// <param name="Unsearched">The days of the filter that come before those that were searched; null for none.</param>
internal sealed record ExecutionSearch(IQueryable<Execution> Rows, DaySpan? Unsearched)
{
    /// <summary>How much is searched.</summary>
    /// <param name="Found">Most executions that are found by their references.</param>
    /// <param name="Read">Most executions that are read to search all of them; where there are more, the newest days that hold so many. Half of it for a status or a person.</param>
    public sealed record Limits(int Found = 20_000, int Read = 10_000);

    /// <summary>Searches; what comes back is read from the database when it is asked for.</summary>
    public static async Task<ExecutionSearch> BeginAsync(
        Access access, NadooItDb db, ExecutionFilter filter, DaySpan days, CancellationToken cancellationToken, Limits? given = null)
    {
        var search = await FindAsync(access, db, filter, days, given ?? new(), cancellationToken);
        return filter.IsLastOnly ? search with { Rows = ExecutionQueries.Newest(search.Rows).Take(ExecutionFilter.LastCount) } : search;
    }

    /// <summary>The days that were not searched, once it is known how much was found: where that is the last 20, no day is missing.</summary>
    public DaySpan? UnsearchedAfter(long found, ExecutionFilter filter) => filter.IsLastOnly && found == ExecutionFilter.LastCount ? null : Unsearched;

    private static async Task<ExecutionSearch> FindAsync(
        Access access, NadooItDb db, ExecutionFilter filter, DaySpan days, Limits limits, CancellationToken cancellationToken)
    {
        var text = filter.Search!.Trim();
        var rest = new ExecutionQueries(db, filter with { Search = null, Period = null }, days);
        if (Guid.TryParse(text, out var value))
        {
            var id = new ExecutionId(value);
            return new(rest.Within(db.Executions.Where(row => row.Id == id || row.Reference == text).Take(limits.Found)), null);
        }

        // Of a status or a person more is read than fits: what does not, lies between.
        var read = filter is { Status: null, Person: null } ? limits.Read : limits.Read / 2;
        var count = await rest.Figures.CountAsync(cancellationToken);
        if (await BeginFewAsync(access, text, count > read ? limits.Found : (int)count, cancellationToken))
        {
            // Twice as many, so that what is recorded meanwhile pushes nothing out.
            return new(rest.Within(db.ExecutionsBeginning(text, 2 * limits.Found)), null);
        }

        // Not by an index: behind the fence of the database it may not be used for this.
        if (count <= read)
        {
            return new((await rest.FewAsync((int)count, cancellationToken)).Where(Begins(text)), null);
        }

        var since = (await rest.Figures.FindAsync(0, read, cancellationToken)).Span.First!.Value;
        var newest = new ExecutionQueries(db, filter with { Search = null, Period = null, From = since, To = days.Last }, new(since, days.Last));
        var newestCount = await newest.Figures.CountAsync(cancellationToken);
        var rows = (await newest.FewAsync((int)newestCount, cancellationToken)).Where(Begins(text));
        return new(rows, newestCount < count ? new DaySpan(days.First, since.AddDays(-1)) : null);
    }

    private static Expression<Func<Execution, bool>> Begins(string text) =>
        row => row.Reference.StartsWith(text) || row.OrderReference!.StartsWith(text);

    /// <summary>
    /// Whether no more executions of everybody begin like the text; only to choose a way. Without the fence the indexes alone tell it,
    /// and no execution is read.
    /// </summary>
    private static async Task<bool> BeginFewAsync(Access access, string text, int most, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("choose how to search executions");
        return await db.CountBeginningAsync(text, most + 1, cancellationToken) <= most;
    }
}
