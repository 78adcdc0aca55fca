using NadooIt.Domain.Budgets;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Orders;
using NadooIt.Domain.Ownership;

namespace NadooIt.Domain.Executions;

/// <summary>A customer program with everything that recording an execution of it reads and moves.</summary>
/// <param name="customer">The owner.</param>
/// <param name="terms">What it charges and accepts.</param>
/// <param name="isActive">Whether it may run.</param>
/// <param name="savedBefore">Seconds that its paid and unpaid executions have saved so far.</param>
/// <param name="receivable">What the customer has to pay for it.</param>
/// <param name="timeAccounts">The time accounts to draw from, in order.</param>
/// <param name="closedMonths">First days of the months in which nothing more is recorded, in Europe/Berlin; null for none.</param>
/// <param name="stops">The hard stops that hold for it; null for none.</param>
/// <param name="orders">Its orders that are asked about; null for none.</param>
public sealed class RunningProgram(
    CustomerId customer, CustomerProgramTerms terms, bool isActive, Seconds savedBefore, LedgerAccount receivable, IReadOnlyList<LedgerAccount> timeAccounts,
    IReadOnlyCollection<DateOnly>? closedMonths = null, IReadOnlyList<SpendingStop>? stops = null, ProgramOrders? orders = null)
{
    /// <summary>The owner.</summary>
    public CustomerId Customer => customer;

    /// <summary>Seconds that its executions have saved, those of this batch included.</summary>
    public Seconds Saved { get; private set; } = savedBefore;

    /// <summary>Its orders, with those that this batch opened.</summary>
    public ProgramOrders Orders { get; } = orders ?? new ProgramOrders();

    /// <summary>
    /// Records one execution: checks it, draws prepaid time, bills the rest and moves the balances in memory. Where an order is
    /// charged once, its first execution is held instead, and the others are free.
    /// A refusal changes nothing. Whether the caller may run programs here is for the caller to check.
    /// </summary>
    /// <exception cref="Refused">The program is inactive, or the reference, the time saved or the moment is not acceptable.</exception>
    public RecordedExecution Record(ExecutionRequest request)
    {
        if (!isActive)
        {
            throw new Refused(OwnershipRefusals.Inactive);
        }

        if (request.Reference.Length is 0 or > ExecutionRequest.LongestReference || request.OrderReference is { Length: 0 or > ExecutionRequest.LongestReference })
        {
            throw new Refused(ExecutionRefusals.ReferenceInvalid);
        }

        if (request.OccurredAt > request.RecordedAt + ExecutionRequest.ClockTolerance)
        {
            throw new Refused(ExecutionRefusals.OccurredInFuture);
        }

        if (closedMonths is { Count: > 0 } && closedMonths.Contains(MonthOf(request)))
        {
            throw new Refused(ExecutionRefusals.MonthClosed);
        }

        var saved = new Seconds(request.TimeSaved ?? terms.SavedPerExecution.Value);
        if (saved.Value < 1 || saved > terms.LargestSaved)
        {
            throw new Refused(ExecutionRefusals.TimeSavedInvalid, terms.LargestSaved.Value);
        }

        var isOfOrder = terms.ChargesOncePerOrder && request.OrderReference is not null;
        var settlement = isOfOrder && Orders.IsCharged(request.OrderReference!)
            ? Settlement.Free(saved, terms, Saved)
            : Settlement.Of(saved, timeAccounts.Select(account => new Seconds(account.Available)), terms, Saved);
        UseOrRefuse(request, settlement.Price);
        var order = isOfOrder ? Orders.Take(request, customer, isCharge: !settlement.IsFree) : null;
        var transfers = Move(request, settlement, isHeld: order is not null);
        Saved += saved;
        var balance = new Seconds(timeAccounts.Where(account => !account.IsClosed).Sum(account => account.BalanceLessHeld));
        return new(Execution.Record(request, customer, settlement, balance, order?.Id), transfers);
    }

    private List<Transfer> Move(ExecutionRequest request, Settlement settlement, bool isHeld)
    {
        var transfers = new List<Transfer>(settlement.PrepaidParts.Count + 1);
        foreach (var (account, part) in timeAccounts.Zip(settlement.PrepaidParts).Where(drawn => drawn.Second > Seconds.Zero))
        {
            transfers.Add(isHeld
                ? account.HoldDebit(part.Value, LedgerBoundary.TimeUsed, Booking(request))
                : account.Debit(part.Value, LedgerBoundary.TimeUsed, Booking(request)));
        }

        if (settlement.Billed > Seconds.Zero)
        {
            transfers.Add(isHeld
                ? receivable.HoldCredit(settlement.Price.Millionths, LedgerBoundary.Revenue, Booking(request))
                : receivable.Credit(settlement.Price.Millionths, LedgerBoundary.Revenue, Booking(request)));
        }

        return transfers;
    }

    /// <summary>Takes the price from each hard stop, or from none.</summary>
    private void UseOrRefuse(ExecutionRequest request, Money price)
    {
        if (stops is not { Count: > 0 })
        {
            return;
        }

        var month = MonthOf(request);
        if (!stops.All(stop => stop.Allows(month, price)))
        {
            throw new Refused(BudgetRefusals.Exceeded);
        }

        foreach (var stop in stops)
        {
            stop.Use(month, price);
        }
    }

    private static DateOnly MonthOf(ExecutionRequest request) => DaySpan.MonthOf(BusinessTime.DayOf(request.OccurredAt ?? request.RecordedAt));

    private static Booking Booking(ExecutionRequest request) =>
        new(NewId.At<TransferId>(request.RecordedAt), TransferKind.Execution, request.Person, request.RecordedAt, request.Id);
}

/// <summary>A new execution with the transfers that belong to it; both are stored or neither.</summary>
public sealed record RecordedExecution(Execution Execution, IReadOnlyList<Transfer> Transfers);

/// <summary>Seconds that the paid and unpaid executions of a customer program have saved: the ladder's position.</summary>
public sealed class CustomerProgramProgress : ICustomerOwned
{
    private CustomerProgramProgress()
    {
    }

    /// <summary>The customer program.</summary>
    public CustomerProgramId CustomerProgramId { get; private set; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private set; }

    /// <summary>Seconds saved so far; reversed and refunded executions do not count.</summary>
    public Seconds Saved { get; private set; }

    /// <summary>A customer program that has not run yet.</summary>
    public static CustomerProgramProgress None(CustomerProgramId customerProgram, CustomerId customer) =>
        new() { CustomerProgramId = customerProgram, CustomerId = customer };

    /// <summary>An execution was reversed or refunded: what it saved does not count any more.</summary>
    public void TakeBack(Seconds saved) => Saved -= saved;
}

/// <summary>
/// Figures of one customer program, span of time, status and person, kept in the transaction that records or changes an
/// execution, so that sums never walk the executions.
/// </summary>
public abstract class ExecutionFigures
{
    private protected ExecutionFigures()
    {
    }

    /// <summary>The owner.</summary>
    public CustomerId CustomerId { get; private set; }

    /// <summary>The customer program.</summary>
    public CustomerProgramId CustomerProgramId { get; private set; }

    /// <summary>The status of the executions.</summary>
    public ExecutionStatus Status { get; private set; }

    /// <summary>Who ran them.</summary>
    public PersonId PersonId { get; private set; }

    /// <summary>How many.</summary>
    public long Count { get; private set; }

    /// <summary>Seconds saved.</summary>
    public Seconds Saved { get; private set; }

    /// <summary>Seconds taken from prepaid time.</summary>
    public Seconds Prepaid { get; private set; }

    /// <summary>Seconds billed.</summary>
    public Seconds Billed { get; private set; }

    /// <summary>Price in millionths of a euro.</summary>
    public long PriceMillionths { get; private set; }
}

/// <summary>Figures of one business day.</summary>
public sealed class ExecutionDay : ExecutionFigures, ICustomerOwned
{
    private ExecutionDay()
    {
    }

    /// <summary>The business day on which the executions occurred.</summary>
    public DateOnly Day { get; private set; }
}

/// <summary>The same figures by calendar month: what a year of many customers is summed up from.</summary>
public sealed class ExecutionMonth : ExecutionFigures, ICustomerOwned
{
    private ExecutionMonth()
    {
    }

    /// <summary>The first day of the calendar month in which the executions occurred.</summary>
    public DateOnly Month { get; private set; }
}
