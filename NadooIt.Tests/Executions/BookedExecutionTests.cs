using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Ownership;

namespace NadooIt.Tests.Executions;

/// <summary>The rules of paying, reversing and refunding, without a database.</summary>
public sealed class BookedExecutionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);
    private static readonly Act Somebody = new(NewId.At<PersonId>(Now), NewId.At<EmployeeContractId>(Now), null, Now, "Test");
    private readonly CustomerId customer = NewId.At<CustomerId>(Now);
    private readonly CustomerProgramId program = NewId.At<CustomerProgramId>(Now);
    private readonly LedgerAccount receivable;
    private readonly LedgerAccount owed;
    private readonly List<LedgerAccount> time;

    public BookedExecutionTests()
    {
        receivable = LedgerAccount.Open(BookedExecution.ReceivableOf(program), customer, LedgerAccountKind.Receivable);
        owed = LedgerAccount.Open(BookedExecution.OwedTo(customer), customer, LedgerAccountKind.Owed);
        time = [Account(40), Account(20)];
    }

    [Fact]
    public void A_reversal_gives_back_exactly_what_was_taken_and_cancels_the_open_price()
    {
        var (execution, booked) = Record(100);

        var change = booked.Reverse(Somebody);

        (change.Before, execution.Status).ShouldBe((ExecutionStatus.NotPaid, ExecutionStatus.Reversed));
        time.Select(account => account.Balance).ShouldBe([40, 20]);
        (receivable.Balance, owed.Balance).ShouldBe((0, 0));
        (change.Record.Kind, change.Record.Millionths, change.Record.GivenBack).ShouldBe((StatusRecordKind.Reversal, 400_000, new Seconds(60)));
        change.Transfers.ShouldAllBe(transfer => transfer.Kind == TransferKind.Reversal && transfer.ExecutionId == execution.Id && transfer.Note == "Test");
    }

    [Fact]
    public void A_refund_gives_the_time_back_and_owes_the_money()
    {
        var (execution, booked) = Record(100);
        var paid = booked.Pay(Somebody);
        receivable.Balance.ShouldBe(0);

        var change = Again(execution, paid).Refund(Somebody);

        (change.Before, execution.Status).ShouldBe((ExecutionStatus.Paid, ExecutionStatus.Refunded));
        time.Select(account => account.Balance).ShouldBe([40, 20]);
        (receivable.Balance, owed.Balance).ShouldBe((0, -400_000));
        (change.Record.Kind, change.Record.Millionths, change.Record.GivenBack).ShouldBe((StatusRecordKind.Refund, 400_000, new Seconds(60)));
    }

    [Fact]
    public void What_prepaid_time_covered_is_reversed_for_there_is_no_money_to_refund()
    {
        var (execution, booked) = Record(60);
        execution.Status.ShouldBe(ExecutionStatus.Paid);

        Refuses(ExecutionRefusals.NothingPaid, () => booked.Refund(Somebody));
        Refuses(ExecutionRefusals.AlreadyPaid, () => booked.Pay(Somebody));
        booked.Reverse(Somebody).Record.Millionths.ShouldBe(0);

        execution.Status.ShouldBe(ExecutionStatus.Reversed);
        time.Select(account => account.Balance).ShouldBe([40, 20]);
    }

    [Fact]
    public void Nothing_happens_twice_or_out_of_order()
    {
        var (first, open) = Record(100);
        Refuses(ExecutionRefusals.NothingPaid, () => open.Refund(Somebody));
        var reversed = open.Reverse(Somebody);
        foreach (var act in Acts(Again(first, reversed)))
        {
            Refuses(ExecutionRefusals.AlreadyCancelled, act);
        }

        var (second, payable) = Record(100);
        var paid = Again(second, payable.Pay(Somebody));
        Refuses(ExecutionRefusals.AlreadyPaid, () => paid.Pay(Somebody));
        Refuses(ExecutionRefusals.PaidNotReversible, () => paid.Reverse(Somebody));
        paid.Refund(Somebody);
        foreach (var act in Acts(paid))
        {
            Refuses(ExecutionRefusals.AlreadyCancelled, act);
        }
    }

    [Fact]
    public void A_closed_time_account_takes_nothing_back_and_then_nothing_moves()
    {
        var (execution, booked) = Record(100);
        time[1].Close();

        Refuses(ExecutionRefusals.TimeAccountClosed, () => booked.Reverse(Somebody));

        execution.Status.ShouldBe(ExecutionStatus.NotPaid);
        time[0].Balance.ShouldBe(0);
        receivable.Balance.ShouldBe(400_000);
    }

    [Theory]
    [InlineData(100, false, ExecutionStatus.Reversed, 0)]
    [InlineData(100, true, ExecutionStatus.Refunded, -400_000)]
    [InlineData(60, false, ExecutionStatus.Reversed, 0)]
    public void A_complaint_holds_and_accepting_it_gives_back_what_a_reversal_or_refund_would(long saved, bool isPaid, ExecutionStatus after, long owedAfter)
    {
        var (execution, booked) = Record(saved);
        booked = isPaid ? Again(execution, booked.Pay(Somebody)) : booked;
        var (before, open) = (execution.Status, receivable.Balance);

        var held = booked.Dispute(Somebody);
        (held.Before, execution.Status, held.Record.Kind, held.Transfers.Count).ShouldBe((before, ExecutionStatus.Disputed, StatusRecordKind.Dispute, 0));
        foreach (var act in Acts(booked).Append(() => booked.Dispute(Somebody)))
        {
            Refuses(ExecutionRefusals.Disputed, act);
        }

        booked.Release(Somebody, before).Before.ShouldBe(ExecutionStatus.Disputed);
        (execution.Status, receivable.Balance, time.Sum(account => account.Balance)).ShouldBe((before, open, 0));

        booked.Dispute(Somebody);
        var accepted = booked.Accept(Somebody, before);
        (accepted.Before, execution.Status, receivable.Balance, owed.Balance).ShouldBe((ExecutionStatus.Disputed, after, 0, owedAfter));
        time.Select(account => account.Balance).ShouldBe([40, 20]);
        Should.Throw<InvalidOperationException>(() => booked.Accept(Somebody, before));
        Refuses(ExecutionRefusals.AlreadyCancelled, () => booked.Dispute(Somebody));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("  ", false)]
    [InlineData(" because ", true)]
    public void A_reason_is_needed(string? text, bool isGood)
    {
        if (isGood)
        {
            Act.ReasonOf(text, isNeeded: true).ShouldBe("because");
        }
        else
        {
            Refuses(ExecutionRefusals.ReasonInvalid, () => Act.ReasonOf(text, isNeeded: true));
        }

        Refuses(ExecutionRefusals.ReasonInvalid, () => Act.ReasonOf(new string('x', 501), isNeeded: false));
    }

    private static Action[] Acts(BookedExecution booked) => [() => booked.Pay(Somebody), () => booked.Reverse(Somebody), () => booked.Refund(Somebody)];

    private static void Refuses(Refusal refusal, Action act) => Should.Throw<Refused>(act).Refusal.ShouldBe(refusal);

    private readonly Dictionary<ExecutionId, IReadOnlyList<Transfer>> lines = [];

    private (Execution Execution, BookedExecution Booked) Record(long saved)
    {
        var terms = new CustomerProgramTerms(Seconds.Zero, CustomerProgramTerms.UsualLargestSaved, PriceMode.Fixed, PricePerSecond.Of(0.01m));
        var id = NewId.At<ExecutionId>(Now);
        var recorded = new RunningProgram(customer, terms, true, Seconds.Zero, receivable, time)
            .Record(new(id, program, id.ToString(), saved, null, null, Somebody.By, null, Now));
        lines[id] = recorded.Transfers;
        return (recorded.Execution, Booked(recorded.Execution));
    }

    private BookedExecution Again(Execution execution, StatusChange change)
    {
        lines[execution.Id] = [.. lines[execution.Id], .. change.Transfers];
        return Booked(execution);
    }

    private BookedExecution Booked(Execution execution) =>
        new(execution, lines[execution.Id], time.Append(receivable).Append(owed).ToDictionary(account => account.Id));

    private LedgerAccount Account(long seconds)
    {
        var account = LedgerAccount.Open(NewId.At<LedgerAccountId>(Now), customer, LedgerAccountKind.PrepaidTime, 0);
        account.Credit(seconds, LedgerBoundary.TimeSold, new Booking(NewId.At<TransferId>(Now), TransferKind.Purchase, Somebody.By, Now));
        return account;
    }
}
