using NadooIt.Data.ApiKeys;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>
/// Records up to 1,000 executions of one API key in one transaction. Each is accepted or refused on its own; the
/// accepted ones are durable together.
/// </summary>
public sealed class RecordExecutionBatchByKey(Access access, NadooItDatabase database, ExecutionMeter meter, ApiCall call, TimeProvider clock)
{
    /// <summary>Most executions in one batch.</summary>
    public const int Most = 1000;

    /// <summary>What became of one of them: an execution or a refusal.</summary>
    public sealed record Outcome(ExecutionFacts? Execution, bool IsRepetition, Refused? Refusal);

    /// <summary>Records, and returns the outcomes in the order of the inputs.</summary>
    /// <exception cref="NotSignedIn">No key calls.</exception>
    /// <exception cref="Refused">The key does not count any more.</exception>
    public async Task<IReadOnlyList<Outcome>> RunAsync(IReadOnlyList<RecordExecutionByKey.Input> inputs, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inputs.Count, Most);
        if (inputs.Count == 0)
        {
            return [];
        }

        var now = clock.GetUtcNow();
        var orders = inputs.Select(input => RecordExecutionByKey.OrderOf(access.Caller, input, now)).ToList();
        var results = access.Caller.IsTest
            ? await new TestLedger(database, clock).RecordAsync(orders, cancellationToken)
            : await new ExecutionBook(database, meter).RecordAsync(orders, cancellationToken);
        if (results.Any(result => result.Refusal?.Refusal == ApiKeyRefusals.Invalid))
        {
            throw new Refused(ApiKeyRefusals.Invalid);
        }

        if (results.LastOrDefault(result => result.Execution is not null)?.Execution is { } last)
        {
            call.Ran(last.CustomerProgramId);
        }

        return [.. results.Select(result => new Outcome(
            result.Execution is { } execution ? ExecutionFacts.AsRecorded(execution) : null, result.IsRepetition, result.Refusal))];
    }
}
