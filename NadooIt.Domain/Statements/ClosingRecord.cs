using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Statements;

/// <summary>What was done with a month of a customer. The values are stored.</summary>
public enum ClosingRecordKind
{
    /// <summary>It was closed: nothing that ran in it is recorded any more.</summary>
    Closed = 1,

    /// <summary>It was opened again.</summary>
    Reopened = 2,
}

/// <summary>
/// One record from which follows whether a customer's calendar month is closed: the last one counts. Never changed,
/// never deleted.
/// </summary>
public sealed class ClosingRecord : ICustomerOwned
{
    private ClosingRecord()
    {
    }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private init; }

    /// <summary>The first day of the month.</summary>
    public DateOnly Month { get; private init; }

    /// <summary>1 for the first record of this customer and month, without gaps.</summary>
    public int Number { get; private init; }

    /// <summary>What was done.</summary>
    public ClosingRecordKind Kind { get; private init; }

    /// <summary>Who did it.</summary>
    public PersonId By { get; private init; }

    /// <summary>Under which employee contract.</summary>
    public EmployeeContractId ContractId { get; private init; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; private init; }

    /// <summary>Why, 1 to 500 characters.</summary>
    public string Reason { get; private init; } = "";

    /// <summary>Closes a month.</summary>
    /// <param name="customer">Whose month.</param>
    /// <param name="month">Any day of it.</param>
    /// <param name="last">The last record of this customer and month; null for none.</param>
    /// <param name="act">Who, when and why.</param>
    /// <exception cref="Refused">The month is not over in Europe/Berlin, is closed already, or the reason is missing.</exception>
    public static ClosingRecord Close(CustomerId customer, DateOnly month, ClosingRecord? last, Act act)
    {
        if (DaySpan.MonthOf(month) >= DaySpan.MonthOf(BusinessTime.DayOf(act.At)))
        {
            throw new Refused(StatementRefusals.MonthNotOver);
        }

        return IsClosedBy(last)
            ? throw new Refused(StatementRefusals.MonthAlreadyClosed)
            : Next(customer, month, last, ClosingRecordKind.Closed, act);
    }

    /// <summary>Opens a closed month again.</summary>
    /// <param name="customer">Whose month.</param>
    /// <param name="month">Any day of it.</param>
    /// <param name="last">The last record of this customer and month; null for none.</param>
    /// <param name="act">Who, when and why.</param>
    /// <exception cref="Refused">The month is not closed, or the reason is missing.</exception>
    public static ClosingRecord Reopen(CustomerId customer, DateOnly month, ClosingRecord? last, Act act) => IsClosedBy(last)
        ? Next(customer, month, last, ClosingRecordKind.Reopened, act)
        : throw new Refused(StatementRefusals.MonthNotClosed);

    /// <summary>Whether a month is closed whose last record this is; null for none.</summary>
    public static bool IsClosedBy(ClosingRecord? last) => last?.Kind == ClosingRecordKind.Closed;

    private static ClosingRecord Next(CustomerId customer, DateOnly month, ClosingRecord? last, ClosingRecordKind kind, Act act) => new()
    {
        CustomerId = customer,
        Month = DaySpan.MonthOf(month),
        Number = (last?.Number ?? 0) + 1,
        Kind = kind,
        By = act.By,
        ContractId = act.Contract,
        At = act.At,
        Reason = Act.ReasonOf(act.Reason, isNeeded: true)!,
    };
}
