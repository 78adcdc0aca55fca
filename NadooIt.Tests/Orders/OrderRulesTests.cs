using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Orders;
using NadooIt.Domain.Ownership;

namespace NadooIt.Tests.Orders;

/// <summary>Once per order, without a database: what is held, what is free, what completing and cancelling move.</summary>
public sealed class OrderRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);
    private static readonly Act Somebody = new(NewId.At<PersonId>(Now), NewId.At<EmployeeContractId>(Now), null, Now, "Test");
    private readonly CustomerId customer = NewId.At<CustomerId>(Now);
    private readonly CustomerProgramId program = NewId.At<CustomerProgramId>(Now);
    private readonly LedgerAccount receivable;
    private readonly LedgerAccount time;
    private readonly RunningProgram running;
    private readonly Dictionary<ExecutionId, IReadOnlyList<Transfer>> lines = [];

    public OrderRulesTests()
    {
        receivable = LedgerAccount.Open(BookedExecution.ReceivableOf(program), customer, LedgerAccountKind.Receivable);
        time = LedgerAccount.Open(NewId.At<LedgerAccountId>(Now), customer, LedgerAccountKind.PrepaidTime, 0);
        time.Credit(40, LedgerBoundary.TimeSold, new Booking(NewId.At<TransferId>(Now), TransferKind.Purchase, Somebody.By, Now));
        var terms = new CustomerProgramTerms(Seconds.Zero, CustomerProgramTerms.UsualLargestSaved, PriceMode.Fixed, PricePerSecond.Of(0.01m), ChargesOncePerOrder: true);
        running = new RunningProgram(customer, terms, true, Seconds.Zero, receivable, [time]);
    }

    [Fact]
    public void The_first_execution_is_held_and_later_ones_are_free()
    {
        var first = Record(100, "A-17");
        var later = Record(70, "A-17");

        (first.Status, first.Prepaid.Value, first.Billed.Value, first.Price.Amount).ShouldBe((ExecutionStatus.Held, 40, 60, 0.6m));
        (later.Status, later.IsFree, later.Prepaid.Value, later.Billed.Value, later.Price.Amount).ShouldBe((ExecutionStatus.Paid, true, 0, 0, 0m));
        (time.Balance, time.Pending, time.Available).ShouldBe((40, -40, 0));
        (receivable.Balance, receivable.Pending).ShouldBe((0, 600_000));
        running.Saved.Value.ShouldBe(170);
        first.TimeBalanceAfter.ShouldBe(Seconds.Zero);

        // Another order, and no order at all, are charged by themselves.
        Record(10, "A-18").Status.ShouldBe(ExecutionStatus.Held);
        Record(10, null).ShouldSatisfyAllConditions(execution => execution.Status.ShouldBe(ExecutionStatus.NotPaid), execution => execution.OrderId.ShouldBeNull());
    }

    [Fact]
    public void Completing_posts_the_charge_which_is_then_paid_and_refunded_like_any_other()
    {
        var first = Record(100, "A-17");

        var change = Do(first, booked => booked.Complete(Somebody));

        (change.Before, first.Status, change.Record.Kind, change.Record.Millionths).ShouldBe((ExecutionStatus.Held, ExecutionStatus.NotPaid, StatusRecordKind.Completion, 600_000));
        (time.Balance, time.Pending, receivable.Balance, receivable.Pending).ShouldBe((0, 0, 600_000, 0));
        change.Transfers.ShouldAllBe(line => line.Phase == TransferPhase.Posted && line.PendingAfter == 0);
        Refuses(ExecutionRefusals.AlreadyCancelled, () => Do(first, booked => booked.Complete(Somebody)));

        var reversed = Do(first, booked => booked.Reverse(Somebody));
        (first.Status, reversed.Record.GivenBack.Value, time.Balance, receivable.Balance).ShouldBe((ExecutionStatus.Reversed, 40, 40, 0));
    }

    [Fact]
    public void Cancelling_lets_everything_go_and_nothing_has_moved()
    {
        var first = Record(100, "A-17");

        var change = Do(first, booked => booked.Reverse(Somebody));

        (first.Status, change.Record.Kind, change.Record.Millionths, change.Record.GivenBack.Value).ShouldBe((ExecutionStatus.Reversed, StatusRecordKind.Reversal, 600_000, 40));
        (time.Balance, time.Pending, time.Available, receivable.Balance, receivable.Pending).ShouldBe((40, 0, 40, 0, 0));
        change.Transfers.ShouldAllBe(line => line.Phase == TransferPhase.Voided && line.SignedAmount == 0);
        Refuses(ExecutionRefusals.AlreadyCancelled, () => Do(first, booked => booked.Reverse(Somebody)));
    }

    [Fact]
    public void What_is_held_is_neither_paid_nor_refunded()
    {
        var first = Record(100, "A-17");

        Refuses(ExecutionRefusals.Held, () => Do(first, booked => booked.Pay(Somebody)));
        Refuses(ExecutionRefusals.NothingPaid, () => Do(first, booked => booked.Refund(Somebody)));
        Refuses(ExecutionRefusals.AlreadyPaid, () => Do(Record(1, "A-17"), booked => booked.Pay(Somebody)));
        (time.Pending, receivable.Pending).ShouldBe((-40, 600_000));
    }

    [Fact]
    public void An_order_is_decided_once_and_a_cancelled_one_takes_no_more_executions()
    {
        Record(100, "A-17");
        var order = running.Orders.Changed.Single();
        Refuses(ExecutionRefusals.ReasonInvalid, () => order.Cancel(Somebody with { Reason = " " }));
        order.Complete(Somebody);
        Refuses(OrderRefusals.AlreadyCompleted, () => order.Cancel(Somebody));
        Refuses(OrderRefusals.AlreadyCompleted, () => order.Complete(Somebody));
        Record(5, "A-17").IsFree.ShouldBeTrue();

        Record(100, "A-18");
        var other = running.Orders.Changed.Single(candidate => candidate.Reference == "A-18");
        other.Cancel(Somebody);
        Refuses(OrderRefusals.AlreadyCancelled, () => other.Complete(Somebody));
        var before = (time.Pending, receivable.Pending, running.Saved);
        Refuses(OrderRefusals.Cancelled, () => Record(5, "A-18"));
        (time.Pending, receivable.Pending, running.Saved).ShouldBe(before);
    }

    [Fact]
    public void After_the_charge_was_reversed_by_itself_the_next_execution_is_charged()
    {
        var first = Record(100, "A-17");
        Do(first, booked => booked.Reverse(Somebody));
        running.Orders.Changed.Single().Release();

        var next = Record(30, "A-17");

        (next.Status, next.Prepaid.Value).ShouldBe((ExecutionStatus.Held, 30));
        next.OrderId.ShouldBe(first.OrderId);
        Record(30, "A-17").IsFree.ShouldBeTrue();
    }

    [Fact]
    public void A_hold_takes_no_more_than_is_available_and_ends_once()
    {
        var booking = new Booking(NewId.At<TransferId>(Now), TransferKind.Execution, Somebody.By, Now);
        var hold = time.HoldDebit(30, LedgerBoundary.TimeUsed, booking);
        Refuses(LedgerRefusals.LimitReached, () => time.Debit(11, LedgerBoundary.TimeUsed, booking));
        Refuses(LedgerRefusals.LimitReached, () => time.HoldDebit(11, LedgerBoundary.TimeUsed, booking));
        time.Debit(10, LedgerBoundary.TimeUsed, booking);

        var posted = time.Post(hold, booking with { Id = NewId.At<TransferId>(Now) });

        (time.Balance, time.Pending, posted.PendingId, posted.SignedAmount, posted.SignedPending).ShouldBe((0, 0, hold.Id, -30, 30));
        Should.Throw<InvalidOperationException>(() => time.Void(posted, booking));
        Should.Throw<InvalidOperationException>(() => receivable.Post(hold, booking));
    }

    private Execution Record(long saved, string? order)
    {
        var id = NewId.At<ExecutionId>(Now);
        var recorded = running.Record(new(id, program, id.ToString(), saved, null, order, Somebody.By, null, Now));
        lines[id] = recorded.Transfers;
        return recorded.Execution;
    }

    private StatusChange Do(Execution execution, Func<BookedExecution, StatusChange> act)
    {
        var owed = LedgerAccount.Open(BookedExecution.OwedTo(customer), customer, LedgerAccountKind.Owed);
        var change = act(new BookedExecution(execution, lines[execution.Id], new[] { time, receivable, owed }.ToDictionary(account => account.Id)));
        lines[execution.Id] = [.. lines[execution.Id], .. change.Transfers];
        return change;
    }

    private static void Refuses(Refusal refusal, Action act) => Should.Throw<Refused>(act).Refusal.ShouldBe(refusal);
}
