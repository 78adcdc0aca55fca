using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>What marking executions as paid would do: how many, which sum, and what is skipped and why.</summary>
public sealed class PreviewPayments(Access access, TimeProvider clock)
{
    /// <summary>The executions, chosen one by one or by a filter.</summary>
    /// <param name="Chosen">Chosen one by one; null for all within the filter.</param>
    /// <param name="Filter">The filter; counts only when nothing was chosen one by one.</param>
    public sealed record Input(IReadOnlyList<ExecutionId>? Chosen, ExecutionFilter Filter);

    /// <summary>The preview.</summary>
    /// <param name="Payable">What can be marked, the oldest first, at most <see cref="MarkExecutionsPaid.Most"/>.</param>
    /// <param name="Sum">Their price together.</param>
    /// <param name="Skipped">What is left out.</param>
    /// <param name="Later">How many more could be marked afterwards, because it is too many for one go.</param>
    /// <param name="Unsearched">The days within the filter, before all others, in which was not searched, as in the list; null for none.</param>
    public sealed record Result(IReadOnlyList<ExecutionId> Payable, Money Sum, IReadOnlyList<Skipped> Skipped, long Later, DaySpan? Unsearched);

    /// <summary>What is left out for one reason.</summary>
    public sealed record Skipped(Refusal Why, long Count);

    /// <summary>Looks; nothing is changed.</summary>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.MarkPayments, cancellationToken);
        var (filter, days) = (input.Filter, input.Filter.Days(BusinessTime.DayOf(clock.GetUtcNow())));
        if (input.Chosen is { } chosen)
        {
            return await WalkAsync(db.Executions.Where(execution => chosen.Contains(execution.Id)), cancellationToken);
        }

        if (filter.IsSearch)
        {
            var search = await ExecutionSearch.BeginAsync(access, db, filter, days, cancellationToken);
            return await WalkAsync(search.Rows, cancellationToken, found => search.UnsearchedAfter(found, filter));
        }

        var queries = new ExecutionQueries(db, filter, days);
        return filter.IsLastOnly
            ? await WalkAsync(await queries.MatchingAsync(cancellationToken), cancellationToken)
            : await OfFiguresAsync(db, queries, filter, days, cancellationToken);
    }

    private static async Task<Result> WalkAsync(IQueryable<Execution> rows, CancellationToken cancellationToken, Func<long, DaySpan?>? unsearchedAfter = null)
    {
        var payable = await rows.Where(row => row.Status == ExecutionStatus.NotPaid)
            .OrderBy(row => row.OccurredAt).ThenBy(row => row.Id)
            .Select(row => new Payable(row.Id, row.Price))
            .Take(MarkExecutionsPaid.Most).ToListAsync(cancellationToken);
        var counts = await rows.GroupBy(row => row.Status).Select(group => new { group.Key, Count = group.LongCount() })
            .ToDictionaryAsync(status => status.Key, status => status.Count, cancellationToken);
        return ResultOf(payable, counts, unsearchedAfter?.Invoke(counts.Values.Sum()));
    }

    /// <summary>Where nothing is searched for, the kept figures tell how many there are, and on which days the oldest lie.</summary>
    private static async Task<Result> OfFiguresAsync(
        NadooItDb db, ExecutionQueries queries, ExecutionFilter filter, DaySpan days, CancellationToken cancellationToken)
    {
        var counts = await queries.Figures.Rows().GroupBy(row => row.Status).Select(group => new { group.Key, Count = group.Sum(row => row.Count) })
            .ToDictionaryAsync(status => status.Key, status => status.Count, cancellationToken);
        var open = counts.GetValueOrDefault(ExecutionStatus.NotPaid);
        var take = (int)Math.Min(open, MarkExecutionsPaid.Most);
        if (take == 0)
        {
            return ResultOf([], counts, null);
        }

        var rows = await new ExecutionQueries(db, filter with { Status = ExecutionStatus.NotPaid }, days).NewestAsync(open - take, take, cancellationToken);
        var payable = await rows.Select(row => new Payable(row.Id, row.Price)).ToListAsync(cancellationToken);
        payable.Reverse();
        return ResultOf(payable, counts, null);
    }

    private static Result ResultOf(IReadOnlyList<Payable> payable, Dictionary<ExecutionStatus, long> counts, DaySpan? unsearched) => new(
        [.. payable.Select(row => row.Id)],
        payable.Aggregate(Money.NoEuro, (sum, row) => sum + row.Price),
        [
            .. from status in counts
               where status.Value > 0 && BookedExecution.WhyNotPayable(status.Key) is not null
               group status.Value by BookedExecution.WhyNotPayable(status.Key) into reason
               orderby reason.Key.Code
               select new Skipped(reason.Key, reason.Sum()),
        ],
        Math.Max(0, counts.GetValueOrDefault(ExecutionStatus.NotPaid) - payable.Count),
        unsearched);

    private sealed record Payable(ExecutionId Id, Money Price);
}
