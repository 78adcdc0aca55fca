using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>The executions within a filter that the caller may see, one page of them.</summary>
public sealed class ListExecutions(Access access, TimeProvider clock)
{
    /// <summary>Most executions that are put into an order other than by time; beyond, the list stays newest first.</summary>
    public const int MostSorted = 50_000;

    /// <summary>How deep people can page; who looks further back chooses a period.</summary>
    public const int MostPaged = 10_000;

    /// <summary>Which executions, in which order.</summary>
    /// <param name="Filter">What is wanted.</param>
    /// <param name="Page">Which page; sorted by "occurred" (newest first when nobody chooses), "saved" or "price".</param>
    public sealed record Input(ExecutionFilter Filter, PageRequest Page);

    /// <summary>A page of executions.</summary>
    /// <param name="Page">The rows; the total counts all within the filter.</param>
    /// <param name="IsTooLongToSort">Whether the wanted order was not applied because too many lie within the filter.</param>
    public sealed record Result(Page<ExecutionRow> Page, bool IsTooLongToSort);

    /// <summary>Lists.</summary>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        var queries = new ExecutionQueries(db, input.Filter, BusinessTime.DayOf(clock.GetUtcNow()));
        var total = await queries.CountAsync(cancellationToken);
        var isSorted = input.Page is { Sort: "saved" or "price" } or { Sort: "occurred", Descending: false };
        var isTooLong = isSorted && total > MostSorted && input.Page.Sort != "occurred";
        var skip = Math.Min(input.Page.Skip, MostPaged - input.Page.Take);
        var part = isSorted && !isTooLong
            ? Sorted(await queries.MatchingAsync(cancellationToken), input.Page).Skip(skip).Take(input.Page.Take)
            : await PartAsync(queries, input.Filter, skip, input.Page.Take, cancellationToken);
        var rows = await new ExecutionNames(db).RowsAsync(await part.AsNoTracking().ToListAsync(cancellationToken), cancellationToken);
        return new(new(rows, total, input.Page with { Number = (skip / input.Page.Take) + 1 }), isTooLong);
    }

    private static Task<IOrderedQueryable<Execution>> PartAsync(
        ExecutionQueries queries, ExecutionFilter filter, int skip, int take, CancellationToken cancellationToken) =>
        queries.NewestAsync(skip, filter.IsLastOnly ? Math.Clamp(ExecutionFilter.LastCount - skip, 0, take) : take, cancellationToken);

    private static IOrderedQueryable<Execution> Sorted(IQueryable<Execution> rows, PageRequest page) => page.Sort switch
    {
        "saved" => rows.Sorted(row => row.Saved, page).ThenByDescending(row => row.Id),
        "price" => rows.Sorted(row => row.Price, page).ThenByDescending(row => row.Id),
        _ => rows.Sorted(row => row.OccurredAt, page).ThenBy(row => row.Id),
    };
}
