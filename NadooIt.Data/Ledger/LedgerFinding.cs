using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Ledger;

/// <summary>What does not fit in the ledger.</summary>
public enum LedgerFault
{
    /// <summary>A position of the chain is missing: a line was deleted.</summary>
    LineMissing,

    /// <summary>Lines at the end of the chain are missing, or lines stand there that the account does not count.</summary>
    LengthDiffers,

    /// <summary>The line names another owner or unit than its account, or its account is at neither end.</summary>
    WrongAccount,

    /// <summary>The amount of the line is not above zero.</summary>
    AmountNotPositive,

    /// <summary>The balance after the line is not the balance before it and its amount.</summary>
    BalanceAfterDiffers,

    /// <summary>The line's hash does not follow from its fields and the line before: a field, or the order, was changed.</summary>
    HashDiffers,

    /// <summary>The account's last hash is not that of its last line.</summary>
    LastHashDiffers,

    /// <summary>The account's balance is not the sum of its lines.</summary>
    BalanceDiffers,

    /// <summary>What is pending after the line is not what was pending before and what it holds or lets go.</summary>
    PendingAfterDiffers,

    /// <summary>The line ends a hold that is not in the chain before it, was ended already, or is about another amount or account.</summary>
    HoldMissing,

    /// <summary>What the account counts as pending is not the sum of its holds that nothing has ended.</summary>
    PendingDiffers,

    /// <summary>The line stands in the chain of an account that does not exist.</summary>
    AccountMissing,

    /// <summary>Time that left one account of a customer did not arrive at another one.</summary>
    MovesDiffer,
}

/// <summary>The first thing that does not fit.</summary>
/// <param name="Fault">What.</param>
/// <param name="Account">In whose chain.</param>
/// <param name="Position">At which position of the chain; null when it concerns the whole account.</param>
/// <param name="Line">The line, if there is one.</param>
/// <param name="Expected">The value that would fit, where it is a number.</param>
/// <param name="Found">The value that is stored, where it is a number.</param>
public sealed record LedgerFinding(LedgerFault Fault, LedgerAccountId? Account, long? Position, TransferId? Line, long? Expected, long? Found);

/// <summary>The result of a verification.</summary>
/// <param name="Finding">The first thing that does not fit; null when everything fits.</param>
/// <param name="Accounts">Accounts that were checked.</param>
/// <param name="Lines">Lines that were checked.</param>
/// <param name="Prepaid">Seconds on all time accounts that were checked.</param>
/// <param name="OwedByCustomers">What the customers have to pay, over the accounts that were checked.</param>
public sealed record LedgerReport(LedgerFinding? Finding, long Accounts, long Lines, Seconds Prepaid, Money OwedByCustomers)
{
    /// <summary>Whether everything fits.</summary>
    public bool Fits => Finding is null;
}
