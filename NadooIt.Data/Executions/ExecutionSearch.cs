using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>
/// What is searched for within a filter. Where few executions begin like the text, the index of references finds them; where few
/// lie within the rest of the filter, those are read; where both are many, the newest are read, and the result says since when.
/// </summary>
/// <param name="Rows">What was found, in no order.</param>
/// <param name="Since">The day from which on was searched; null for everything within the filter.</param>
internal sealed record ExecutionSearch(IQueryable<Execution> Rows, DateOnly? Since)
{
    /// <summary>How much is searched.</summary>
    /// <param name="Found">Most executions that are found by their references.</param>
    /// <param name="Read">Most executions that are read to search all of them.</param>
    /// <param name="Newest">How many are read where there are more, with the rest of their first day.</param>
    public sealed record Limits(int Found = 50_000, int Read = 25_000, int Newest = 10_000);

    /// <summary>Searches; what comes back is read from the database when it is asked for.</summary>
    public static async Task<ExecutionSearch> BeginAsync(
        Access access, NadooItDb db, ExecutionFilter filter, DaySpan days, CancellationToken cancellationToken, Limits? given = null)
    {
        var limits = given ?? new();
        var text = filter.Search!.Trim();
        var rest = new ExecutionQueries(db, filter with { Search = null, Period = null }, days);
        if (Guid.TryParse(text, out var value))
        {
            var id = new ExecutionId(value);
            return new(rest.Within(db.Executions.Where(row => row.Id == id || row.Reference == text).Take(limits.Found)), null);
        }

        var count = await rest.Figures.CountAsync(cancellationToken);
        if (await BeginFewAsync(access, text, count > limits.Read ? limits.Found : (int)count, cancellationToken))
        {
            // Twice as many, so that what is recorded meanwhile pushes nothing out.
            return new(rest.Within(db.ExecutionsBeginning(text, 2 * limits.Found)), null);
        }

        // Not by an index: behind the fence of the database it may not be used for this.
        if (count <= limits.Read)
        {
            return new((await rest.FewAsync((int)count, cancellationToken)).Where(Begins(text)), null);
        }

        var since = (await rest.Figures.FindAsync(0, limits.Newest, cancellationToken)).Span.First!.Value;
        var newest = new ExecutionQueries(db, filter with { Search = null, Period = null, From = since, To = days.Last }, new(since, days.Last));
        return new((await newest.FewAsync((int)await newest.Figures.CountAsync(cancellationToken), cancellationToken)).Where(Begins(text)), since);
    }

    private static System.Linq.Expressions.Expression<Func<Execution, bool>> Begins(string text) =>
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
