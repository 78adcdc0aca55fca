using NadooIt.Data.ApiKeys;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>
/// Records one execution for the API key that calls. The key, its owner and his contract are checked in the very
/// transaction that records, so no other query is needed and what was revoked counts at once.
/// </summary>
public sealed class RecordExecutionByKey(Access access, ExecutionWriter writer, NadooItDatabase database, ApiCall call, TimeProvider clock)
{
    /// <summary>What a client sends.</summary>
    /// <param name="CustomerProgram">What ran.</param>
    /// <param name="Reference">The client's reference, 1 to 100 characters.</param>
    /// <param name="TimeSaved">Seconds that the run saved; null for the customer program's default.</param>
    /// <param name="OccurredAt">When it ran; null for now.</param>
    /// <param name="OrderReference">The customer's order, up to 100 characters.</param>
    public sealed record Input(CustomerProgramId CustomerProgram, string Reference, long? TimeSaved, DateTimeOffset? OccurredAt, string? OrderReference);

    /// <summary>The execution, and whether it had been recorded before.</summary>
    public sealed record Output(ExecutionFacts Execution, bool IsRepetition);

    /// <summary>Records, and returns when it is durable.</summary>
    /// <exception cref="NotSignedIn">No key calls.</exception>
    /// <exception cref="Refused">A rule says no, or too much is waiting.</exception>
    public async Task<Output> RunAsync(Input input, CancellationToken cancellationToken)
    {
        var order = OrderOf(access.Caller, input, clock.GetUtcNow());
        var result = await RecordAsync(order, access.Caller.IsTest, writer, new(database, clock), cancellationToken);
        call.Ran(input.CustomerProgram);
        return new(ExecutionFacts.AsRecorded(result.Execution!), result.IsRepetition);
    }

    /// <summary>Records where the key records: with all others, or in the test ledger.</summary>
    internal static async Task<RecordingResult> RecordAsync(
        RecordingOrder order, bool isTest, ExecutionWriter writer, TestLedger test, CancellationToken cancellationToken)
    {
        if (!isTest)
        {
            return await writer.RecordAsync(order, cancellationToken);
        }

        var result = (await test.RecordAsync([order], cancellationToken))[0];
        return result.Refusal is null ? result : throw result.Refusal;
    }

    /// <exception cref="NotSignedIn">No key calls.</exception>
    internal static RecordingOrder OrderOf(Caller caller, Input input, DateTimeOffset now)
    {
        // The database keeps microseconds; what is answered now has to equal what is read later.
        var recordedAt = WholeMicroseconds(now);
        return RecordingOrder.ByKey(new ExecutionRequest(
            NewId.At<ExecutionId>(recordedAt), input.CustomerProgram, input.Reference, input.TimeSaved,
            input.OccurredAt is { } at ? WholeMicroseconds(at) : null, input.OrderReference,
            caller.Person, caller.ApiKey ?? throw new NotSignedIn(), recordedAt));
    }

    private static DateTimeOffset WholeMicroseconds(DateTimeOffset at) =>
        new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
