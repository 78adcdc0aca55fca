using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Orders;

/// <summary>How an order stands. The values are stored.</summary>
public enum OrderStatus
{
    /// <summary>Its charge is held.</summary>
    Open = 1,

    /// <summary>Its charge is posted; later executions of it are free.</summary>
    Completed = 2,

    /// <summary>Its charge was let go; it takes no more executions.</summary>
    Cancelled = 3,
}

/// <summary>
/// An order of a customer that a customer program charges once, whatever number of executions it takes. The first execution
/// opens it and holds the charge; completing the order posts the charge, cancelling it lets it go. Decided once, for ever.
/// </summary>
public sealed class ExecutionOrder : ICustomerOwned
{
    private ExecutionOrder()
    {
    }

    /// <summary>Identifier.</summary>
    public OrderId Id { get; private init; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private init; }

    /// <summary>The customer program; the same reference at another one is another order.</summary>
    public CustomerProgramId CustomerProgramId { get; private init; }

    /// <summary>The customer's own name for it, 1 to 100 characters.</summary>
    public string Reference { get; private init; } = "";

    /// <summary>When its first execution was recorded.</summary>
    public DateTimeOffset OpenedAt { get; private init; }

    /// <summary>The execution that is charged for all; null after that was reversed, until the next one is.</summary>
    public ExecutionId? ChargedExecutionId { get; private set; }

    /// <summary>How it stands.</summary>
    public OrderStatus Status { get; private set; }

    /// <summary>Who completed or cancelled it; null while it is open.</summary>
    public PersonId? DecidedBy { get; private set; }

    /// <summary>Under which employee contract; null while it is open.</summary>
    public EmployeeContractId? DecidedUnder { get; private set; }

    /// <summary>With which API key; null for a person in a browser.</summary>
    public ApiKeyId? DecidedWith { get; private set; }

    /// <summary>When it was completed or cancelled; null while it is open.</summary>
    public DateTimeOffset? DecidedAt { get; private set; }

    /// <summary>Why, up to 500 characters; a cancellation always has one.</summary>
    public string? Reason { get; private set; }

    /// <summary>Opens an order.</summary>
    public static ExecutionOrder Open(CustomerId customer, CustomerProgramId program, string reference, DateTimeOffset now) => new()
    {
        Id = NewId.At<OrderId>(now),
        CustomerId = customer,
        CustomerProgramId = program,
        Reference = reference,
        OpenedAt = now,
        Status = OrderStatus.Open,
    };

    /// <summary>An order as it is kept, read from where it is kept, for recording.</summary>
    public static ExecutionOrder Kept(
        OrderId id, CustomerId customer, CustomerProgramId program, string reference, DateTimeOffset openedAt, ExecutionId? charged, OrderStatus status) => new()
    {
        Id = id,
        CustomerId = customer,
        CustomerProgramId = program,
        Reference = reference,
        OpenedAt = openedAt,
        ChargedExecutionId = charged,
        Status = status,
    };

    /// <summary>An execution is charged for all of the order.</summary>
    public void Charge(ExecutionId execution) => ChargedExecutionId = execution;

    /// <summary>The execution that was charged was reversed by itself: the next one is charged.</summary>
    public void Release() => ChargedExecutionId = null;

    /// <summary>Completes it.</summary>
    /// <exception cref="Refused">It is completed or cancelled already.</exception>
    public void Complete(Act act) => Decide(OrderStatus.Completed, act);

    /// <summary>Cancels it.</summary>
    /// <exception cref="Refused">It is completed or cancelled already, or the reason is missing.</exception>
    public void Cancel(Act act) => Decide(OrderStatus.Cancelled, act with { Reason = Act.ReasonOf(act.Reason, isNeeded: true) });

    private void Decide(OrderStatus status, Act act)
    {
        if (Status != OrderStatus.Open)
        {
            throw new Refused(Status == OrderStatus.Completed ? OrderRefusals.AlreadyCompleted : OrderRefusals.AlreadyCancelled);
        }

        (Status, DecidedBy, DecidedUnder, DecidedWith, DecidedAt, Reason) = (status, act.By, act.Contract, act.ApiKey, act.At, act.Reason);
    }
}

/// <summary>The orders of one customer program while executions are recorded. Whoever records holds the lock of the program.</summary>
public sealed class ProgramOrders
{
    private readonly Dictionary<string, ExecutionOrder> known = new(StringComparer.Ordinal);
    private readonly HashSet<ExecutionOrder> changed = [];

    /// <summary>Orders that were opened or charged here, to be stored.</summary>
    public IReadOnlyCollection<ExecutionOrder> Changed => changed;

    /// <summary>An order as it is kept.</summary>
    public void Add(ExecutionOrder order) => known[order.Reference] = order;

    /// <summary>Whether the next execution of the order is free.</summary>
    /// <exception cref="Refused">The order was cancelled and takes no more executions.</exception>
    public bool IsCharged(string reference) => known.TryGetValue(reference, out var order) && order.Status switch
    {
        OrderStatus.Cancelled => throw new Refused(OrderRefusals.Cancelled),
        OrderStatus.Completed => true,
        _ => order.ChargedExecutionId is not null,
    };

    /// <summary>The order of a request, opened if there is none, charged with the request's execution if that is charged.</summary>
    internal ExecutionOrder Take(ExecutionRequest request, CustomerId customer, bool isCharge)
    {
        if (!known.TryGetValue(request.OrderReference!, out var order))
        {
            known[request.OrderReference!] = order = ExecutionOrder.Open(customer, request.CustomerProgram, request.OrderReference!, request.RecordedAt);
        }

        if (isCharge)
        {
            order.Charge(request.Id);
            changed.Add(order);
        }

        return order;
    }
}

/// <summary>What the Orders module refuses.</summary>
public static class OrderRefusals
{
    /// <summary>Unknown, or not within reach.</summary>
    public static readonly Refusal NotFound = new("order.not_found", RefusalKind.NotFound);

    /// <summary>The order was cancelled and takes no more executions.</summary>
    public static readonly Refusal Cancelled = new("order.cancelled", RefusalKind.Conflict);

    /// <summary>It was completed before; nothing more happens.</summary>
    public static readonly Refusal AlreadyCompleted = new("order.already_completed", RefusalKind.Conflict);

    /// <summary>It was cancelled before; nothing more happens.</summary>
    public static readonly Refusal AlreadyCancelled = new("order.already_cancelled", RefusalKind.Conflict);
}
