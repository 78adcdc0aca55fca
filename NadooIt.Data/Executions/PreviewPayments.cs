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
    public sealed record Result(IReadOnlyList<ExecutionId> Payable, Money Sum, IReadOnlyList<Skipped> Skipped, long Later);

    /// <summary>What is left out for one reason.</summary>
    public sealed record Skipped(Refusal Why, long Count);

    /// <summary>Looks; nothing is changed.</summary>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.MarkPayments, cancellationToken);
        var rows = input.Chosen is { } chosen
            ? db.Executions.Where(execution => chosen.Contains(execution.Id))
            : await new ExecutionQueries(db, input.Filter, input.Filter.Days(BusinessTime.DayOf(clock.GetUtcNow()))).MatchingAsync(cancellationToken);
        var payable = await rows.Where(row => row.Status == ExecutionStatus.NotPaid)
            .OrderBy(row => row.OccurredAt).ThenBy(row => row.Id)
            .Select(row => new { row.Id, row.Price })
            .Take(MarkExecutionsPaid.Most).ToListAsync(cancellationToken);
        var counts = await rows.GroupBy(row => row.Status).Select(group => new { group.Key, Count = group.LongCount() }).ToListAsync(cancellationToken);
        return new(
            [.. payable.Select(row => row.Id)],
            payable.Aggregate(Money.NoEuro, (sum, row) => sum + row.Price),
            [
                .. from status in counts
                   where BookedExecution.WhyNotPayable(status.Key) is not null
                   group status.Count by BookedExecution.WhyNotPayable(status.Key) into reason
                   orderby reason.Key.Code
                   select new Skipped(reason.Key, reason.Sum()),
            ],
            Math.Max(0, counts.Where(status => status.Key == ExecutionStatus.NotPaid).Sum(status => status.Count) - payable.Count));
    }
}
