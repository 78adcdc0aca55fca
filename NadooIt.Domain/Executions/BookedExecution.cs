using NadooIt.Domain.Complaints;
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
        ExecutionStatus.Held => ExecutionRefusals.Held,
        _ => ExecutionRefusals.AlreadyCancelled,
    };

    /// <summary>
    /// Why it cannot be reversed; null when it can. What prepaid time covered is reversed, no money was paid for it; of what is
    /// held the hold is let go.
    /// </summary>
    public static Refusal? WhyNotReversible(ExecutionStatus status, Seconds billed) => status switch
    {
        ExecutionStatus.NotPaid or ExecutionStatus.Held => null,
        ExecutionStatus.Paid => billed == Seconds.Zero ? null : ExecutionRefusals.PaidNotReversible,
        ExecutionStatus.Disputed => ExecutionRefusals.Disputed,
        _ => ExecutionRefusals.AlreadyCancelled,
    };

    /// <summary>Why it cannot be refunded; null when it can.</summary>
    public static Refusal? WhyNotRefundable(ExecutionStatus status, Seconds billed) => status switch
    {
        ExecutionStatus.Paid => billed == Seconds.Zero ? ExecutionRefusals.NothingPaid : null,
        ExecutionStatus.NotPaid or ExecutionStatus.Held => ExecutionRefusals.NothingPaid,
        ExecutionStatus.Disputed => ExecutionRefusals.Disputed,
        _ => ExecutionRefusals.AlreadyCancelled,
    };

    /// <summary>
    /// Why no complaint can be filed about it; null when one can. What an open order holds is held already, and is let go by
    /// cancelling the order or reversing the execution.
    /// </summary>
    public static Refusal? WhyNotDisputable(ExecutionStatus status) => status switch
    {
        ExecutionStatus.NotPaid or ExecutionStatus.Paid => null,
        ExecutionStatus.Disputed => ExecutionRefusals.Disputed,
        ExecutionStatus.Held => ComplaintRefusals.OrderIsOpen,
        _ => ExecutionRefusals.AlreadyCancelled,
    };

    /// <summary>Seconds that a reversal or refund gives back or lets go.</summary>
    public Seconds Prepaid => new(-Taken().Sum(taken => taken.Net) + Held().Where(line => line.Unit == LedgerUnit.Second).Sum(line => line.Amount));

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

    /// <summary>Its order is completed: what was held moves, and a price is open from now on.</summary>
    /// <exception cref="Refused">It is not held.</exception>
    public StatusChange Complete(Act act)
    {
        Check(execution.Status switch
        {
            ExecutionStatus.Held => null,
            ExecutionStatus.Disputed => ExecutionRefusals.Disputed,
            _ => ExecutionRefusals.AlreadyCancelled,
        });
        var posted = Held().Select(line => accounts[line.ChainAccountId].Post(line, Booking(act, TransferKind.Execution))).ToList();
        return Change(
            act, StatusRecordKind.Completion, posted.Where(line => line.Unit == LedgerUnit.EuroMillionth).Sum(line => line.Amount),
            execution.Billed == Seconds.Zero ? ExecutionStatus.Paid : ExecutionStatus.NotPaid, posted, Seconds.Zero);
    }

    /// <summary>
    /// Cancels it before money was paid for it: the time goes back, the open price is cancelled. Of what is held the hold is let go.
    /// </summary>
    /// <exception cref="Refused">Money was paid for it, it is cancelled already, or a time account it drew from is closed.</exception>
    public StatusChange Reverse(Act act)
    {
        Check(WhyNotReversible(execution.Status, execution.Billed));
        if (execution.Status == ExecutionStatus.Held)
        {
            var freed = Held().Select(line => accounts[line.ChainAccountId].Void(line, Booking(act, TransferKind.Reversal))).ToList();
            return Change(
                act, StatusRecordKind.Reversal, freed.Where(line => line.Unit == LedgerUnit.EuroMillionth).Sum(line => line.Amount), ExecutionStatus.Reversed, freed,
                SecondsOf(freed));
        }

        return GiveBackAll(act);
    }

    /// <summary>A complaint holds it: nothing moves, and nobody pays, reverses or refunds it before the decision.</summary>
    /// <exception cref="Refused">It is held or cancelled already.</exception>
    public StatusChange Dispute(Act act)
    {
        Check(WhyNotDisputable(execution.Status));
        return Change(act, StatusRecordKind.Dispute, execution.Status == ExecutionStatus.NotPaid ? Open : Paid, ExecutionStatus.Disputed, []);
    }

    /// <summary>The complaint was rejected or withdrawn: it stands as it did before.</summary>
    /// <param name="act">Who, when and why.</param>
    /// <param name="before">How it stood before the complaint.</param>
    /// <exception cref="InvalidOperationException">No complaint holds it.</exception>
    public StatusChange Release(Act act, ExecutionStatus before)
    {
        CheckDisputed();
        return Change(act, StatusRecordKind.Release, before == ExecutionStatus.NotPaid ? Open : Paid, before, []);
    }

    /// <summary>The complaint was accepted: it is refunded where money was paid for it, else reversed.</summary>
    /// <param name="act">Who, when and why.</param>
    /// <param name="before">How it stood before the complaint.</param>
    /// <exception cref="Refused">A time account it drew from is closed.</exception>
    /// <exception cref="InvalidOperationException">No complaint holds it.</exception>
    public StatusChange Accept(Act act, ExecutionStatus before)
    {
        CheckDisputed();
        return WhyNotRefundable(before, execution.Billed) is null ? RefundAll(act) : GiveBackAll(act);
    }

    /// <summary>Cancels it after it was paid: the time goes back, the money is owed to the customer.</summary>
    /// <exception cref="Refused">No money was paid for it, it is cancelled already, or a time account it drew from is closed.</exception>
    public StatusChange Refund(Act act)
    {
        Check(WhyNotRefundable(execution.Status, execution.Billed));
        return RefundAll(act);
    }

    private void CheckDisputed()
    {
        if (execution.Status != ExecutionStatus.Disputed)
        {
            throw new InvalidOperationException("No complaint holds this execution.");
        }
    }

    private StatusChange GiveBackAll(Act act)
    {
        var open = Open;
        var transfers = GiveBack(act, TransferKind.Reversal);
        if (open > 0)
        {
            transfers.Add(Receivable.Debit(open, LedgerBoundary.Revenue, Booking(act, TransferKind.Reversal)));
        }

        return Change(act, StatusRecordKind.Reversal, open, ExecutionStatus.Reversed, transfers);
    }

    private StatusChange RefundAll(Act act)
    {
        var paid = Paid;
        var transfers = GiveBack(act, TransferKind.Refund);
        transfers.Add(accounts[OwedTo(execution.CustomerId)].Debit(paid, LedgerBoundary.Revenue, Booking(act, TransferKind.Refund)));
        return Change(act, StatusRecordKind.Refund, paid, ExecutionStatus.Refunded, transfers);
    }

    /// <summary>Its lines that hold, and that nothing has ended yet.</summary>
    private IEnumerable<Transfer> Held() => lines
        .Where(line => line.Phase == TransferPhase.Pending && lines.All(other => other.PendingId != line.Id))
        .OrderBy(line => line.ChainAccountId.Value);

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

    private StatusChange Change(Act act, StatusRecordKind kind, long millionths, ExecutionStatus after, IReadOnlyList<Transfer> transfers, Seconds? back = null)
    {
        var before = execution.Status;
        execution.Becomes(after);
        return new(StatusRecord.Of(execution, kind, millionths, back ?? SecondsOf(transfers), act), transfers, before);
    }

    private static Seconds SecondsOf(IEnumerable<Transfer> transfers) =>
        new(transfers.Where(transfer => transfer.Unit == LedgerUnit.Second).Sum(transfer => transfer.Amount));

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
