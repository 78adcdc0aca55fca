using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;

namespace NadooIt.Domain.Statements;

/// <summary>Money that is owed to a customer since a refund.</summary>
public static class OwedMoney
{
    /// <summary>Largest amount that is paid out at once, in euro.</summary>
    public const decimal Largest = 1_000_000_000m;

    /// <summary>The amount, if it can be paid out.</summary>
    /// <exception cref="Refused">Not above 0, above <see cref="Largest"/>, or finer than a millionth.</exception>
    public static Money Amount(decimal euro) => euro is > 0 and <= Largest && decimal.Round(euro, 6) == euro
        ? Money.Euro(euro)
        : throw new Refused(StatementRefusals.AmountInvalid);

    /// <summary>Pays out, at most what is owed.</summary>
    /// <exception cref="Refused">More than is owed.</exception>
    public static Transfer PayOut(LedgerAccount owed, long millionths, Booking booking) => millionths <= -owed.Balance
        ? owed.Credit(millionths, LedgerBoundary.Payments, booking)
        : throw new Refused(StatementRefusals.MoreThanOwed);
}

/// <summary>What the Statements module refuses.</summary>
public static class StatementRefusals
{
    /// <summary>An amount is above 0 and has at most six decimals.</summary>
    public static readonly Refusal AmountInvalid = new("statement.amount_invalid", RefusalKind.Invalid);

    /// <summary>No more is paid out than is owed.</summary>
    public static readonly Refusal MoreThanOwed = new("statement.more_than_owed", RefusalKind.Conflict);

    /// <summary>Only a month that is over is closed.</summary>
    public static readonly Refusal MonthNotOver = new("statement.month_not_over", RefusalKind.Invalid);

    /// <summary>The month is closed already.</summary>
    public static readonly Refusal MonthAlreadyClosed = new("statement.month_already_closed", RefusalKind.Conflict);

    /// <summary>The month is not closed, so there is nothing to open.</summary>
    public static readonly Refusal MonthNotClosed = new("statement.month_not_closed", RefusalKind.Conflict);
}
