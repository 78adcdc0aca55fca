using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;

namespace NadooIt.Domain.Executions;

/// <summary>What one act did to an execution; the record and the transfers are stored together or not at all.</summary>
/// <param name="Record">The record.</param>
/// <param name="Transfers">The lines of the ledger.</param>
/// <param name="Before">The status before; the execution itself carries the new one.</param>
public sealed record StatusChange(StatusRecord Record, IReadOnlyList<Transfer> Transfers, ExecutionStatus Before);

/// <summary>
/// An execution with everything that paying, reversing or refunding it reads and moves. The amounts follow from its own
/// lines of the ledger: what was taken goes back, neither more nor less, to where it was taken from.
/// </summary>
/// <param name="execution">The execution, read under the lock of its customer program.</param>
/// <param name="lines">Its lines of the ledger so far.</param>
/// <param name="accounts">The locked accounts of these lines, and for a refund the customer's account of what is owed.</param>
public sealed class BookedExecution(Execution execution, IReadOnlyList<Transfer> lines, IReadOnlyDictionary<LedgerAccountId, LedgerAccount> accounts)
{
    /// <summary>The ledger account of what the customer has to pay for its customer program.</summary>
    public static LedgerAccountId ReceivableOf(CustomerProgramId customerProgram) => new(customerProgram.Value);

    /// <summary>The ledger account of what is owed to the customer.</summary>
    public static LedgerAccountId OwedTo(CustomerId customer) => new(customer.Value);

    /// <summary>Why it cannot be marked as paid; null when it can.</summary>
    public static Refusal? WhyNotPayable(ExecutionStatus status) => status switch
    {
        ExecutionStatus.NotPaid => null,
        ExecutionStatus.Paid => ExecutionRefusals.AlreadyPaid,
        ExecutionStatus.Disputed => ExecutionRefusals.Disputed,
        _ => ExecutionRefusals.AlreadyCancelled,
    };

    /// <summary>Why it cannot be reversed; null when it can. What prepaid time covered is reversed, no money was paid for it.</summary>
    public static Refusal? WhyNotReversible(ExecutionStatus status, Seconds billed) => status switch
    {
        ExecutionStatus.NotPaid => null,
        ExecutionStatus.Paid => billed == Seconds.Zero ? null : ExecutionRefusals.PaidNotReversible,
        ExecutionStatus.Disputed => ExecutionRefusals.Disputed,
        _ => ExecutionRefusals.AlreadyCancelled,
    };

    /// <summary>Why it cannot be refunded; null when it can.</summary>
    public static Refusal? WhyNotRefundable(ExecutionStatus status, Seconds billed) => status switch
    {
        ExecutionStatus.Paid => billed == Seconds.Zero ? ExecutionRefusals.NothingPaid : null,
        ExecutionStatus.NotPaid => ExecutionRefusals.NothingPaid,
        ExecutionStatus.Disputed => ExecutionRefusals.Disputed,
        _ => ExecutionRefusals.AlreadyCancelled,
    };

    /// <summary>Seconds that a reversal or refund gives back.</summary>
    public Seconds Prepaid => new(-Taken().Sum(taken => taken.Net));

    /// <summary>Millionths of a euro that are open.</summary>
    public long Open => lines.Where(line => line.ChainAccountId == ReceivableOf(execution.CustomerProgramId)).Sum(line => line.SignedAmount);

    /// <summary>Millionths of a euro that were paid.</summary>
    public long Paid => lines.Where(line => line.Kind == TransferKind.Payment).Sum(line => -line.SignedAmount);

    /// <summary>The customer paid it.</summary>
    /// <exception cref="Refused">It is not open.</exception>
    public StatusChange Pay(Act act)
    {
        Check(WhyNotPayable(execution.Status));
        var open = Open;
        return Change(act, StatusRecordKind.Payment, open, ExecutionStatus.Paid, [Receivable.Debit(open, LedgerBoundary.Payments, Booking(act, TransferKind.Payment))]);
    }

    /// <summary>Cancels it before money was paid for it: the time goes back, the open price is cancelled.</summary>
    /// <exception cref="Refused">Money was paid for it, it is cancelled already, or a time account it drew from is closed.</exception>
    public StatusChange Reverse(Act act)
    {
        Check(WhyNotReversible(execution.Status, execution.Billed));
        var open = Open;
        var transfers = GiveBack(act, TransferKind.Reversal);
        if (open > 0)
        {
            transfers.Add(Receivable.Debit(open, LedgerBoundary.Revenue, Booking(act, TransferKind.Reversal)));
        }

        return Change(act, StatusRecordKind.Reversal, open, ExecutionStatus.Reversed, transfers);
    }

    /// <summary>Cancels it after it was paid: the time goes back, the money is owed to the customer.</summary>
    /// <exception cref="Refused">No money was paid for it, it is cancelled already, or a time account it drew from is closed.</exception>
    public StatusChange Refund(Act act)
    {
        Check(WhyNotRefundable(execution.Status, execution.Billed));
        var paid = Paid;
        var transfers = GiveBack(act, TransferKind.Refund);
        transfers.Add(accounts[OwedTo(execution.CustomerId)].Debit(paid, LedgerBoundary.Revenue, Booking(act, TransferKind.Refund)));
        return Change(act, StatusRecordKind.Refund, paid, ExecutionStatus.Refunded, transfers);
    }

    private LedgerAccount Receivable => accounts[ReceivableOf(execution.CustomerProgramId)];

    private IEnumerable<(LedgerAccountId Account, long Net)> Taken() => lines
        .Where(line => line.Unit == LedgerUnit.Second)
        .GroupBy(line => line.ChainAccountId)
        .Select(group => (group.Key, group.Sum(line => line.SignedAmount)))
        .OrderBy(taken => taken.Key.Value);

    private List<Transfer> GiveBack(Act act, TransferKind kind)
    {
        var taken = Taken().Where(taken => taken.Net < 0).ToList();
        // Looked at first, so that a refusal has moved nothing.
        return taken.Any(part => accounts[part.Account].IsClosed)
            ? throw new Refused(ExecutionRefusals.TimeAccountClosed)
            : [.. taken.Select(part => accounts[part.Account].Credit(-part.Net, LedgerBoundary.TimeUsed, Booking(act, kind)))];
    }

    private StatusChange Change(Act act, StatusRecordKind kind, long millionths, ExecutionStatus after, IReadOnlyList<Transfer> transfers)
    {
        var before = execution.Status;
        var back = transfers.Where(transfer => transfer.Unit == LedgerUnit.Second).Sum(transfer => transfer.Amount);
        execution.Becomes(after);
        return new(StatusRecord.Of(execution, kind, millionths, new(back), act), transfers, before);
    }

    private Booking Booking(Act act, TransferKind kind) =>
        new(NewId.At<TransferId>(act.At), kind, act.By, act.At, execution.Id, act.Reason);

    private static void Check(Refusal? refusal)
    {
        if (refusal is not null)
        {
            throw new Refused(refusal);
        }
    }
}
