using Microsoft.EntityFrameworkCore;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>The executions that the calling API key may see, newest first, one part after the other.</summary>
public sealed class ListExecutionsByKey(Access access)
{
    /// <summary>Which executions.</summary>
    /// <param name="CustomerProgram">Only of this customer program; null for all.</param>
    /// <param name="Occurred">Only those that occurred then.</param>
    /// <param name="Status">Only those that stand so; null for all.</param>
    /// <param name="Limit">Most rows, 1 to 200.</param>
    /// <param name="After">Where the part before ended; null to begin with the newest.</param>
    public sealed record Input(CustomerProgramId? CustomerProgram, Period Occurred, ExecutionStatus? Status, int Limit, Position? After);

    /// <summary>A place in the list, by which the next part is found without counting.</summary>
    public sealed record Position(DateTimeOffset OccurredAt, ExecutionId Id);

    /// <summary>A part of the list.</summary>
    /// <param name="Rows">The executions.</param>
    /// <param name="Next">Where the next part begins; null at the end.</param>
    public sealed record Part(IReadOnlyList<ExecutionFacts> Rows, Position? Next);

    /// <summary>Lists.</summary>
    public async Task<Part> RunAsync(Input input, CancellationToken cancellationToken)
    {
        var ability = await VisibleExecutions.ReadsWithAsync(access, cancellationToken);
        await using var db = await access.OpenAsync(ability, cancellationToken);
        var key = await CallingKey.ReadAsync(db, access, cancellationToken);
        var executions = db.VisibleTo(key, ability).AsNoTracking()
            .Where(execution => input.CustomerProgram == null || execution.CustomerProgramId == input.CustomerProgram)
            .Where(execution => input.Status == null || execution.Status == input.Status);
        if (input.Occurred.From is { } from)
        {
            executions = executions.Where(execution => execution.OccurredAt >= from);
        }

        if (input.Occurred.To is { } to)
        {
            executions = executions.Where(execution => execution.OccurredAt < to);
        }

        if (input.After is { } after)
        {
            executions = executions.Where(execution => EF.Functions.LessThan(
                ValueTuple.Create(execution.OccurredAt, execution.Id), ValueTuple.Create(after.OccurredAt, after.Id)));
        }

        var rows = await executions
            .OrderByDescending(execution => execution.OccurredAt).ThenByDescending(execution => execution.Id)
            .Take(input.Limit + 1)
            .ToListAsync(cancellationToken);
        var part = rows.Take(input.Limit).Select(ExecutionFacts.Of).ToList();
        return new(part, rows.Count > input.Limit ? new Position(part[^1].OccurredAt, part[^1].Id) : null);
    }
}
