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
    public const int MostSorted = 10_000;

    /// <summary>How deep people can page; who looks further back chooses a period.</summary>
    public const int MostPaged = 10_000;

    /// <summary>Which executions, in which order.</summary>
    /// <param name="Filter">What is wanted.</param>
    /// <param name="Page">Which page; sorted by "occurred" (newest first when nobody chooses), "saved" or "price".</param>
    public sealed record Input(ExecutionFilter Filter, PageRequest Page);

    /// <summary>A page of executions.</summary>
    /// <param name="Page">The rows; the total counts all within the filter.</param>
    /// <param name="IsTooLongToSort">Whether the wanted order was not applied because too many lie within the filter.</param>
    /// <param name="Unsearched">The days within the filter, before all others, in which was not searched; null for none.</param>
    public sealed record Result(Page<ExecutionRow> Page, bool IsTooLongToSort, DaySpan? Unsearched = null);

    /// <summary>Lists.</summary>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        var days = input.Filter.Days(BusinessTime.DayOf(clock.GetUtcNow()));
        if (input.Filter.IsSearch)
        {
            return await FoundAsync(db, await ExecutionSearch.BeginAsync(access, db, input.Filter, days, cancellationToken), input, cancellationToken);
        }

        var queries = new ExecutionQueries(db, input.Filter, days);
        var total = await queries.CountAsync(cancellationToken);
        var skip = Math.Min(input.Page.Skip, MostPaged - input.Page.Take);
        var take = (int)Math.Clamp(total - skip, 0, input.Page.Take);
        var isTooLong = input.Page.Sort is "saved" or "price" && total > MostSorted;
        var part = input.Page switch
        {
            { Sort: "saved" or "price" } when !isTooLong => await SortedAsync(queries, (int)total, input.Page, skip, take, cancellationToken),
            { Sort: "occurred", Descending: false } => await OldestAsync(queries, total, skip, take, cancellationToken),
            _ => await ReadAsync(await queries.NewestAsync(skip, take, cancellationToken), cancellationToken),
        };
        return new(await PageAsync(db, part, total, skip, input.Page, cancellationToken), isTooLong);
    }

    private static async Task<Result> FoundAsync(NadooItDb db, ExecutionSearch search, Input input, CancellationToken cancellationToken)
    {
        // What was found is passed once, for the page and for the total. Only ids, because the database keeps all of it meanwhile.
        var skip = Math.Min(input.Page.Skip, MostPaged - input.Page.Take);
        var part = await Sorted(search.Rows, input.Page).Select(row => new { row.Id, Total = Paging.CountAll() })
            .Skip(skip).Take(input.Page.Take).ToListAsync(cancellationToken);
        var total = part is [var first, ..] ? first.Total : skip == 0 ? 0 : await search.Rows.LongCountAsync(cancellationToken);
        var ids = part.Select(row => row.Id).ToList();
        var rows = (await ReadAsync(db.Executions.Where(row => ids.Contains(row.Id)), cancellationToken)).OrderBy(row => ids.IndexOf(row.Id)).ToList();
        return new(await PageAsync(db, rows, total, skip, input.Page, cancellationToken), false, search.UnsearchedAfter(total, input.Filter));
    }

    private static async Task<Page<ExecutionRow>> PageAsync(
        NadooItDb db, IReadOnlyList<Execution> part, long total, int skip, PageRequest page, CancellationToken cancellationToken) =>
        new(await new ExecutionNames(db).RowsAsync(part, cancellationToken), total, page with { Number = (skip / page.Take) + 1 });

    private static async Task<IReadOnlyList<Execution>> SortedAsync(
        ExecutionQueries queries, int total, PageRequest page, int skip, int take, CancellationToken cancellationToken)
    {
        var rows = Sorted(await queries.FewAsync(total, cancellationToken), page);
        return await ReadAsync(rows.Skip(skip).Take(take), cancellationToken);
    }

    private static IOrderedQueryable<Execution> Sorted(IQueryable<Execution> rows, PageRequest page) => page switch
    {
        { Sort: "saved" } => rows.Sorted(row => row.Saved, page).ThenByDescending(row => row.Id),
        { Sort: "price" } => rows.Sorted(row => row.Price, page).ThenByDescending(row => row.Id),
        { Sort: "occurred", Descending: false } => rows.OrderBy(row => row.OccurredAt).ThenBy(row => row.Id),
        _ => ExecutionQueries.Newest(rows),
    };

    /// <summary>Oldest first is newest first, read from the end.</summary>
    private static async Task<IReadOnlyList<Execution>> OldestAsync(ExecutionQueries queries, long total, int skip, int take, CancellationToken cancellationToken)
    {
        var rows = take == 0 ? [] : await ReadAsync(await queries.NewestAsync(total - skip - take, take, cancellationToken), cancellationToken);
        return [.. rows.Reverse()];
    }

    private static async Task<IReadOnlyList<Execution>> ReadAsync(IQueryable<Execution> rows, CancellationToken cancellationToken) =>
        await rows.AsNoTracking().ToListAsync(cancellationToken);
}
