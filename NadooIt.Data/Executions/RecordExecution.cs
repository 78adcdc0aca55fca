using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>Records an execution by hand, through the same writer and the same rules as the HTTP API.</summary>
public sealed class RecordExecution(Access access, ExecutionWriter writer, TimeProvider clock)
{
    /// <summary>What is recorded.</summary>
    /// <param name="CustomerProgram">What ran.</param>
    /// <param name="Reference">Unique per customer program, 1 to 100 characters; the same one again means: already done.</param>
    /// <param name="TimeSaved">Seconds saved; null for the customer program's default.</param>
    /// <param name="OccurredAt">When it ran; null for now.</param>
    /// <param name="OrderReference">The customer's order, up to 100 characters; null or blank for none.</param>
    public sealed record Input(CustomerProgramId CustomerProgram, string Reference, long? TimeSaved, DateTimeOffset? OccurredAt, string? OrderReference);

    /// <summary>What became of it.</summary>
    /// <param name="Id">The execution.</param>
    /// <param name="IsRepetition">Whether it had been recorded before, with the same content.</param>
    public sealed record Result(ExecutionId Id, bool IsRepetition);

    /// <summary>Records it and returns when it is durable.</summary>
    /// <exception cref="Refused">The program is unknown, out of reach or inactive, or a value is not acceptable.</exception>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        var reach = await ReachAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var request = new ExecutionRequest(
            NewId.At<ExecutionId>(now), input.CustomerProgram, input.Reference.Trim(), input.TimeSaved, input.OccurredAt,
            string.IsNullOrWhiteSpace(input.OrderReference) ? null : input.OrderReference.Trim(), access.Caller.Person, access.Caller.ApiKey, now);
        var result = await writer.RecordAsync(new(request, reach, []), cancellationToken);
        return new(result.Execution!.Id, result.IsRepetition);
    }

    // The connection of the context goes back before the wait for the writer.
    private async Task<Reach> ReachAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateExecutions, cancellationToken);
        return db.Fence.Reach;
    }
}
