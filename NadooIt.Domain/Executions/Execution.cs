using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Domain.Executions;

/// <summary>How an execution stands. It follows from its records; the values are stored.</summary>
public enum ExecutionStatus
{
    /// <summary>Billed and open.</summary>
    NotPaid = 1,

    /// <summary>Paid, or covered by prepaid time and so settled at once.</summary>
    Paid = 2,

    /// <summary>Cancelled before it was paid; its time went back.</summary>
    Reversed = 3,

    /// <summary>Cancelled after it was paid; its time went back and the money is owed to the customer.</summary>
    Refunded = 4,

    /// <summary>A complaint holds it.</summary>
    Disputed = 5,

    /// <summary>The charge of an open order: neither open nor paid before the order is completed or cancelled.</summary>
    Held = 6,
}

/// <summary>
/// One recorded run: every fact with what it was computed from. Never edited, never deleted; its status follows from
/// what was recorded about it later.
/// </summary>
public sealed class Execution : ICustomerOwned
{
    private Execution()
    {
    }

    /// <summary>Identifier.</summary>
    public ExecutionId Id { get; private init; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private init; }

    /// <summary>The customer program that ran.</summary>
    public CustomerProgramId CustomerProgramId { get; private init; }

    /// <summary>Who ran it.</summary>
    public PersonId PersonId { get; private init; }

    /// <summary>With which API key; null when recorded by hand.</summary>
    public ApiKeyId? ApiKeyId { get; private init; }

    /// <summary>The client's reference, unique per customer program for ever.</summary>
    public string Reference { get; private init; } = "";

    /// <summary>The customer's order it belongs to, if given.</summary>
    public string? OrderReference { get; private init; }

    /// <summary>The order that is charged once for all of its executions; null where each is charged by itself.</summary>
    public OrderId? OrderId { get; private init; }

    /// <summary>When the program ran.</summary>
    public DateTimeOffset OccurredAt { get; private init; }

    /// <summary>When it was recorded.</summary>
    public DateTimeOffset RecordedAt { get; private init; }

    /// <summary>Seconds of work that the run saved.</summary>
    public Seconds Saved { get; private init; }

    /// <summary>Of these, seconds taken from prepaid time.</summary>
    public Seconds Prepaid { get; private init; }

    /// <summary>Of these, seconds billed.</summary>
    public Seconds Billed { get; private init; }

    /// <summary>How the price came about.</summary>
    public PriceMode PriceMode { get; private init; }

    /// <summary>Euro per second that was used.</summary>
    public PricePerSecond Rate { get; private init; }

    /// <summary>Billed seconds times rate, in euro, six decimals.</summary>
    public Money Price { get; private init; }

    /// <summary>Seconds that this customer program had saved before, on which the ladder step rests.</summary>
    public Seconds SavedBefore { get; private init; }

    /// <summary>Prepaid seconds left on the customer program's time accounts afterwards.</summary>
    public Seconds TimeBalanceAfter { get; private init; }

    /// <summary>How it stands; the one value that moves, always together with a <see cref="StatusRecord"/>.</summary>
    public ExecutionStatus Status { get; private set; }

    /// <summary>Digest of what the client sent, to tell a repetition from a conflict.</summary>
    public byte[] ContentHash { get; private init; } = [];

    /// <summary>Whether another execution of the same order was charged, and this one for that reason is free.</summary>
    public bool IsFree => OrderId is not null && Prepaid + Billed == Seconds.Zero;

    /// <summary>How it stood when it was recorded.</summary>
    public ExecutionStatus RecordedStatus =>
        OrderId is not null && !IsFree ? ExecutionStatus.Held : Billed == Seconds.Zero ? ExecutionStatus.Paid : ExecutionStatus.NotPaid;

    internal void Becomes(ExecutionStatus status) => Status = status;

    internal static Execution Record(ExecutionRequest request, CustomerId customer, Settlement settlement, Seconds timeBalanceAfter, OrderId? order)
    {
        var execution = Stored(request, customer, settlement, timeBalanceAfter, order);
        execution.Becomes(execution.RecordedStatus);
        return execution;
    }

    private static Execution Stored(ExecutionRequest request, CustomerId customer, Settlement settlement, Seconds timeBalanceAfter, OrderId? order) => new()
    {
        Id = request.Id,
        CustomerId = customer,
        CustomerProgramId = request.CustomerProgram,
        PersonId = request.Person,
        ApiKeyId = request.ApiKey,
        Reference = request.Reference,
        OrderReference = request.OrderReference,
        OrderId = order,
        OccurredAt = request.OccurredAt ?? request.RecordedAt,
        RecordedAt = request.RecordedAt,
        Saved = settlement.Saved,
        Prepaid = settlement.Prepaid,
        Billed = settlement.Billed,
        PriceMode = settlement.PriceMode,
        Rate = settlement.Rate,
        Price = settlement.Price,
        SavedBefore = settlement.SavedBefore,
        TimeBalanceAfter = timeBalanceAfter,
        ContentHash = request.ContentHash(),
    };
}

/// <summary>What the Executions module refuses.</summary>
public static class ExecutionRefusals
{
    /// <summary>Saved time is missing without a default, below 1 or above the accepted maximum.</summary>
    public static readonly Refusal TimeSavedInvalid = new("execution.time_saved_invalid", RefusalKind.Invalid);

    /// <summary>The reference was used with other content.</summary>
    public static readonly Refusal ReferenceConflict = new("execution.reference_conflict", RefusalKind.Conflict);

    /// <summary>The reference is missing or longer than 100 characters.</summary>
    public static readonly Refusal ReferenceInvalid = new("execution.reference_invalid", RefusalKind.Invalid);

    /// <summary>It is said to have occurred in the future.</summary>
    public static readonly Refusal OccurredInFuture = new("execution.occurred_in_future", RefusalKind.Invalid);

    /// <summary>It is said to have occurred in a month that is closed for its customer.</summary>
    public static readonly Refusal MonthClosed = new("execution.month_closed", RefusalKind.Invalid);

    /// <summary>It was marked as paid before, or prepaid time covered it.</summary>
    public static readonly Refusal AlreadyPaid = new("execution.already_paid", RefusalKind.Conflict);

    /// <summary>It was reversed or refunded before.</summary>
    public static readonly Refusal AlreadyCancelled = new("execution.already_cancelled", RefusalKind.Conflict);

    /// <summary>Money was paid for it, so it can only be refunded.</summary>
    public static readonly Refusal PaidNotReversible = new("execution.paid_not_reversible", RefusalKind.Conflict);

    /// <summary>No money was paid for it, so there is none to give back.</summary>
    public static readonly Refusal NothingPaid = new("execution.nothing_paid", RefusalKind.Conflict);

    /// <summary>A complaint holds it; its decision comes first.</summary>
    public static readonly Refusal Disputed = new("execution.disputed", RefusalKind.Conflict);

    /// <summary>Its order is open; completing that comes before paying.</summary>
    public static readonly Refusal Held = new("execution.held", RefusalKind.Conflict);

    /// <summary>A time account it drew from is closed and takes nothing back.</summary>
    public static readonly Refusal TimeAccountClosed = new("execution.time_account_closed", RefusalKind.Conflict);

    /// <summary>A reason of 1 to 500 characters is missing.</summary>
    public static readonly Refusal ReasonInvalid = new("execution.reason_invalid", RefusalKind.Invalid);

    /// <summary>Nothing was chosen, or too much at once.</summary>
    public static readonly Refusal SelectionInvalid = new("execution.selection_invalid", RefusalKind.Invalid);

    /// <summary>A forecast looks 1 to 10,000 runs ahead.</summary>
    public static readonly Refusal ForecastInvalid = new("execution.forecast_invalid", RefusalKind.Invalid);

    /// <summary>Unknown, or not within reach.</summary>
    public static readonly Refusal NotFound = new("execution.not_found", RefusalKind.NotFound);

    /// <summary>More is waiting to be recorded than fits; try again shortly.</summary>
    public static readonly Refusal TooManyWaiting = new("execution.too_many_waiting", RefusalKind.Busy);
}
