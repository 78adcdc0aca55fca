using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Executions;

/// <summary>What was done about an execution after it was recorded. The values are stored.</summary>
public enum StatusRecordKind
{
    /// <summary>The customer paid it.</summary>
    Payment = 1,

    /// <summary>It was cancelled before money was paid for it.</summary>
    Reversal = 2,

    /// <summary>It was cancelled after it had been paid.</summary>
    Refund = 3,

    /// <summary>Its order was completed: what was held is charged.</summary>
    Completion = 4,

    /// <summary>A complaint holds it.</summary>
    Dispute = 5,

    /// <summary>The complaint was rejected or withdrawn: it stands as before.</summary>
    Release = 6,
}

/// <summary>Who acts, when and why.</summary>
/// <param name="By">Who.</param>
/// <param name="Contract">Under which employee contract.</param>
/// <param name="ApiKey">With which API key; null for a person in a browser.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why: a reason, or the reference of a payment; null only where none is needed.</param>
public sealed record Act(PersonId By, EmployeeContractId Contract, ApiKeyId? ApiKey, DateTimeOffset At, string? Reason)
{
    /// <summary>Longest reason, in characters.</summary>
    public const int LongestReason = 500;

    /// <summary>A reason without blanks around it; null when there is none.</summary>
    /// <exception cref="Refused">Longer than <see cref="LongestReason"/>, or missing where one is needed.</exception>
    public static string? ReasonOf(string? text, bool isNeeded)
    {
        var trimmed = text?.Trim() ?? "";
        return trimmed.Length > LongestReason || (isNeeded && trimmed.Length == 0)
            ? throw new Refused(ExecutionRefusals.ReasonInvalid)
            : trimmed.Length == 0 ? null : trimmed;
    }
}

/// <summary>
/// One record from which the status of an execution follows: a payment, a reversal, a refund, a completion, or what a complaint did.
/// Never changed, never deleted; an execution has at most one of each kind, except that it can be disputed and released again.
/// </summary>
public sealed class StatusRecord : ICustomerOwned
{
    private StatusRecord()
    {
    }

    /// <summary>Identifier.</summary>
    public StatusRecordId Id { get; private init; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private init; }

    /// <summary>The execution.</summary>
    public ExecutionId ExecutionId { get; private init; }

    /// <summary>What was done.</summary>
    public StatusRecordKind Kind { get; private init; }

    /// <summary>Millionths of a euro that were paid, cancelled, charged or are owed since.</summary>
    public long Millionths { get; private init; }

    /// <summary>Seconds that went back to time accounts.</summary>
    public Seconds GivenBack { get; private init; }

    /// <summary>Who did it.</summary>
    public PersonId By { get; private init; }

    /// <summary>Under which employee contract; an operator's contract is one with the operator.</summary>
    public EmployeeContractId ContractId { get; private init; }

    /// <summary>With which API key; null for a person in a browser.</summary>
    public ApiKeyId? ApiKeyId { get; private init; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; private init; }

    /// <summary>Why, or the reference of the payment; up to 500 characters.</summary>
    public string? Reason { get; private init; }

    internal static StatusRecord Of(Execution execution, StatusRecordKind kind, long millionths, Seconds givenBack, Act act) => new()
    {
        Id = NewId.At<StatusRecordId>(act.At),
        CustomerId = execution.CustomerId,
        ExecutionId = execution.Id,
        Kind = kind,
        Millionths = millionths,
        GivenBack = givenBack,
        By = act.By,
        ContractId = act.Contract,
        ApiKeyId = act.ApiKey,
        At = act.At,
        Reason = act.Reason,
    };
}
