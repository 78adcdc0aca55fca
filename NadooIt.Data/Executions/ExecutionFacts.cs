using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>An execution as the HTTP API shows it.</summary>
/// <param name="Id">Identifier.</param>
/// <param name="CustomerProgram">What ran.</param>
/// <param name="Reference">The client's reference.</param>
/// <param name="OrderReference">The customer's order.</param>
/// <param name="OccurredAt">When it ran.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="Saved">Seconds saved.</param>
/// <param name="Prepaid">Of these, taken from prepaid time.</param>
/// <param name="Billed">Of these, billed.</param>
/// <param name="Rate">Euro per second that was used.</param>
/// <param name="Price">Billed seconds times rate.</param>
/// <param name="Status">How it stands.</param>
/// <param name="TimeBalanceAfter">Prepaid seconds left afterwards.</param>
public sealed record ExecutionFacts(
    ExecutionId Id,
    CustomerProgramId CustomerProgram,
    string Reference,
    string? OrderReference,
    DateTimeOffset OccurredAt,
    DateTimeOffset RecordedAt,
    Seconds Saved,
    Seconds Prepaid,
    Seconds Billed,
    PricePerSecond Rate,
    Money Price,
    ExecutionStatus Status,
    Seconds TimeBalanceAfter)
{
    internal static ExecutionFacts Of(Execution execution) => new(
        execution.Id, execution.CustomerProgramId, execution.Reference, execution.OrderReference, execution.OccurredAt, execution.RecordedAt,
        execution.Saved, execution.Prepaid, execution.Billed, execution.Rate, execution.Price, execution.Status, execution.TimeBalanceAfter);

    /// <summary>As it was when it was recorded, so that a repetition gets the first answer again, whatever happened since.</summary>
    internal static ExecutionFacts AsRecorded(Execution execution) => Of(execution) with
    {
        Status = execution.RecordedStatus,
    };
}
