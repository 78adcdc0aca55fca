using FsCheck;
using FsCheck.Fluent;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Ownership;
using NadooIt.Domain.Statements;

namespace NadooIt.Tests.Executions;

/// <summary>
/// Random histories of recordings, payments, reversals, refunds, purchases, corrections, moves and payouts of one customer
/// against the simplest model that can be written down: a few numbers in arrays.
/// </summary>
public sealed class RandomCorrectionsTests
{
    private const int Overdraft = 900;

    [Fact]
    public void Balances_ladder_and_money_follow_the_model_to_the_last_decimal()
    {
        var step =
            from what in Gen.Elements(Enum.GetValues<What>().Append(What.Record).Append(What.Record).ToArray())
            from first in Gen.Choose(0, 40)
            from second in Gen.Choose(0, 2)
            from amount in Gen.Choose(-50, 30_000)
            select new Step(what, first, second, amount);

        Prop.ForAll(Gen.ListOf(step, 60).ToArbitrary(), steps => new History().Run(steps)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_histories_reach_every_status_and_every_refusal()
    {
        var history = new History();
        history.Run(
        [
            new(What.Buy, 0, 0, 100), new(What.Record, 0, 0, 60), new(What.Record, 0, 0, 1_000), new(What.Record, 1, 0, 500), new(What.Record, 1, 0, 700),
            new(What.Reverse, 0, 0, 0), new(What.Pay, 1, 0, 0), new(What.Refund, 1, 0, 0), new(What.Pay, 2, 0, 0), new(What.Reverse, 2, 0, 0), new(What.Refund, 3, 0, 0),
            new(What.PayOut, 0, 0, 1), new(What.PayOut, 0, 0, 2_000_000), new(What.Move, 0, 1, 50), new(What.Correct, 0, 0, -30_000),
        ]);

        history.Statuses.ShouldBe([ExecutionStatus.Reversed, ExecutionStatus.Refunded, ExecutionStatus.Paid, ExecutionStatus.NotPaid]);
        history.Refusals.ShouldBe(
            [ExecutionRefusals.PaidNotReversible, ExecutionRefusals.NothingPaid, StatementRefusals.MoreThanOwed, LedgerRefusals.LimitReached], ignoreOrder: true);
    }

    private enum What
    {
        Record,
        Pay,
        Reverse,
        Refund,
        Buy,
        Correct,
        Move,
        PayOut,
    }

    /// <summary>What somebody does; which numbers count depends on it.</summary>
    private sealed record Step(What What, int First, int Second, int Amount);

    /// <summary>What the model knows of an execution.</summary>
    private sealed record Run(int Program, long Saved, long[] Parts, long Price)
    {
        public ExecutionStatus Status { get; set; } = Price == 0 ? ExecutionStatus.Paid : ExecutionStatus.NotPaid;
    }

    private sealed class History
    {
        private readonly DateTimeOffset now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);
        private readonly CustomerId customer;
        private readonly Act act;
        private readonly CustomerProgramId[] programs;
        private readonly LedgerAccount[] receivables;
        private readonly LedgerAccount[] time;
        private readonly LedgerAccount owed;
        private readonly Seconds[] progress = [Seconds.Zero, Seconds.Zero];
        private readonly CustomerProgramTerms[] terms;
        private readonly List<Execution> executions = [];
        private readonly List<Transfer> transfers = [];

        // The model.
        private readonly List<Run> runs = [];
        private readonly long[] balances = [0, 0, 0];
        private long owedToCustomer;
        private long received;

        public History()
        {
            customer = NewId.At<CustomerId>(now);
            act = new(NewId.At<PersonId>(now), NewId.At<EmployeeContractId>(now), null, now, "Test");
            programs = [NewId.At<CustomerProgramId>(now), NewId.At<CustomerProgramId>(now)];
            receivables = [.. programs.Select(program => LedgerAccount.Open(BookedExecution.ReceivableOf(program), customer, LedgerAccountKind.Receivable))];
            time = [.. Enumerable.Range(0, 3).Select(place => LedgerAccount.Open(NewId.At<LedgerAccountId>(now), customer, LedgerAccountKind.PrepaidTime, place == 2 ? -Overdraft : 0))];
            owed = LedgerAccount.Open(BookedExecution.OwedTo(customer), customer, LedgerAccountKind.Owed);
            terms = [Terms(PriceMode.Fixed, PricePerSecond.Of(0.012345m)), Terms(PriceMode.Dynamic, null)];
        }

        public IEnumerable<ExecutionStatus> Statuses => executions.Select(execution => execution.Status);

        public List<Refusal> Refusals { get; } = [];

        public void Run(IEnumerable<Step> steps)
        {
            foreach (var step in steps)
            {
                var isAllowed = Expect(step);
                if (isAllowed is null)
                {
                    continue;
                }

                var refusal = Try(step);
                (refusal is null).ShouldBe(isAllowed.Value, $"{step}: {refusal?.Code}");
                if (refusal is not null)
                {
                    Refusals.Add(refusal);
                }

                ShouldFollowTheModel();
            }

            ShouldBeSound();
        }

        /// <summary>Moves the model. True when it goes through, false when it must be refused, null when there is nothing to do it to.</summary>
        private bool? Expect(Step step)
        {
            var run = runs.Count == 0 ? null : runs[step.First % runs.Count];
            switch (step.What)
            {
                case What.Record:
                    return step.Amount >= 1 && ExpectRecord(step.First % 2, step.Amount);
                case What.Buy:
                    return Add(step.Second, step.Amount, step.Amount >= 1);
                case What.Correct:
                    return Add(step.Second, step.Amount, step.Amount != 0 && (step.Amount > 0 || balances[step.Second] + step.Amount >= -OverdraftOf(step.Second)));
                case What.Move:
                    var (from, to) = (step.First % 3, step.Second);
                    return from == to ? null
                        : Add(from, -step.Amount, step.Amount >= 1 && balances[from] - step.Amount >= -OverdraftOf(from)) && Add(to, step.Amount, true);
                case What.PayOut:
                    var isPaid = step.Amount >= 1 && step.Amount <= owedToCustomer;
                    (owedToCustomer, received) = isPaid ? (owedToCustomer - step.Amount, received - step.Amount) : (owedToCustomer, received);
                    return isPaid;
                default:
                    return run is null ? null : ExpectChange(step.What, run);
            }
        }

        private bool ExpectRecord(int program, long saved)
        {
            var before = runs.Where(run => run.Program == program && run.Status is ExecutionStatus.NotPaid or ExecutionStatus.Paid).Sum(run => run.Saved);
            var (open, parts) = (saved, new long[3]);
            foreach (var place in OrderOf(program))
            {
                parts[place] = Math.Min(open, balances[place] + OverdraftOf(place));
                (balances[place], open) = (balances[place] - parts[place], open - parts[place]);
            }

            var rate = program == 0 ? 0.012345m : decimal.Round(HourPrice(before) / 3600m, 6, MidpointRounding.ToEven);
            runs.Add(new(program, saved, parts, (long)(open * rate * 1_000_000m)));
            return true;
        }

        private bool ExpectChange(What what, Run run)
        {
            var after = (what, run.Status, run.Price) switch
            {
                (What.Pay, ExecutionStatus.NotPaid, _) => ExecutionStatus.Paid,
                (What.Reverse, ExecutionStatus.NotPaid, _) or (What.Reverse, ExecutionStatus.Paid, 0) => ExecutionStatus.Reversed,
                (What.Refund, ExecutionStatus.Paid, > 0) => ExecutionStatus.Refunded,
                _ => run.Status,
            };
            if (after == run.Status)
            {
                return false;
            }

            received += after == ExecutionStatus.Paid ? run.Price : 0;
            owedToCustomer += after == ExecutionStatus.Refunded ? run.Price : 0;
            for (var place = 0; after != ExecutionStatus.Paid && place < 3; place++)
            {
                balances[place] += run.Parts[place];
            }

            run.Status = after;
            return true;
        }

        private bool Add(int place, long amount, bool isAllowed)
        {
            balances[place] += isAllowed ? amount : 0;
            return isAllowed;
        }

        private Refusal? Try(Step step)
        {
            try
            {
                Do(step);
                return null;
            }
            catch (Refused refused)
            {
                return refused.Refusal;
            }
        }

        private void Do(Step step)
        {
            switch (step.What)
            {
                case What.Record:
                    Record(step.First % 2, step.Amount);
                    break;
                case What.Buy:
                    transfers.Add(time[step.Second].Credit(step.Amount, LedgerBoundary.TimeSold, Booking(TransferKind.Purchase)));
                    break;
                case What.Correct:
                    transfers.Add(step.Amount > 0
                        ? time[step.Second].Credit(step.Amount, LedgerBoundary.TimeCorrected, Booking(TransferKind.Correction))
                        : time[step.Second].Debit(-step.Amount, LedgerBoundary.TimeCorrected, Booking(TransferKind.Correction)));
                    break;
                case What.Move:
                    var move = Move.Between(time[step.First % 3], time[step.Second], step.Amount, LedgerBoundary.TimeMoved, Booking(TransferKind.Move));
                    transfers.AddRange([move.Out, move.In]);
                    break;
                case What.PayOut:
                    transfers.Add(OwedMoney.PayOut(owed, step.Amount, Booking(TransferKind.Payout)));
                    break;
                default:
                    Change(step.What, step.First % executions.Count);
                    break;
            }
        }

        private void Record(int program, long saved)
        {
            var running = new RunningProgram(customer, terms[program], true, progress[program], receivables[program], [.. OrderOf(program).Select(place => time[place])]);
            var recorded = running.Record(new(NewId.At<ExecutionId>(now), programs[program], $"run-{executions.Count}", saved, null, null, act.By, null, now));
            progress[program] = running.Saved;
            executions.Add(recorded.Execution);
            transfers.AddRange(recorded.Transfers);
        }

        private void Change(What what, int number)
        {
            var execution = executions[number];
            var booked = new BookedExecution(
                execution, [.. transfers.Where(transfer => transfer.ExecutionId == execution.Id)], receivables.Concat(time).Append(owed).ToDictionary(account => account.Id));
            var change = what switch { What.Pay => booked.Pay(act), What.Reverse => booked.Reverse(act), _ => booked.Refund(act) };
            transfers.AddRange(change.Transfers);
            if (what != What.Pay)
            {
                progress[runs[number].Program] -= execution.Saved;
            }
        }

        private void ShouldFollowTheModel()
        {
            time.Select(account => account.Balance).ShouldBe(balances);
            owed.Balance.ShouldBe(-owedToCustomer);
            Statuses.ShouldBe(runs.Select(run => run.Status));
            for (var program = 0; program < 2; program++)
            {
                var own = runs.Where(run => run.Program == program).ToList();
                receivables[program].Balance.ShouldBe(own.Where(run => run.Status == ExecutionStatus.NotPaid).Sum(run => run.Price));
                progress[program].Value.ShouldBe(own.Where(run => run.Status is ExecutionStatus.NotPaid or ExecutionStatus.Paid).Sum(run => run.Saved));
            }

            BoundaryBalance(LedgerBoundary.Payments).ShouldBe(received);
        }

        private void ShouldBeSound()
        {
            foreach (var execution in executions)
            {
                execution.Price.Amount.ShouldBe(execution.Billed.Value * execution.Rate.Amount);
                (execution.Prepaid + execution.Billed).ShouldBe(execution.Saved);
            }

            foreach (var account in receivables.Concat(time).Append(owed))
            {
                var hash = new byte[TransferHash.Size];
                foreach (var (line, place) in transfers.Where(transfer => transfer.ChainAccountId == account.Id).OrderBy(line => line.ChainPosition).Select((line, place) => (line, place)))
                {
                    line.ChainPosition.ShouldBe(place + 1);
                    line.Fits(hash).ShouldBeTrue();
                    hash = line.Hash;
                }

                hash.ShouldBe(account.ChainHash);
            }

            long Kept(LedgerUnit unit) => receivables.Concat(time).Append(owed).Where(account => account.Unit == unit).Sum(account => account.Balance);
            (Kept(LedgerUnit.Second) + Boundaries(LedgerBoundary.TimeSold, LedgerBoundary.TimeUsed, LedgerBoundary.TimeCorrected, LedgerBoundary.TimeMoved)).ShouldBe(0);
            (Kept(LedgerUnit.EuroMillionth) + Boundaries(LedgerBoundary.Revenue, LedgerBoundary.Payments)).ShouldBe(0);
        }

        private long Boundaries(params LedgerBoundary[] boundaries) => boundaries.Sum(BoundaryBalance);

        private long BoundaryBalance(LedgerBoundary boundary)
        {
            var id = LedgerBoundaries.IdOf(boundary);
            return transfers.Sum(transfer => transfer.ToAccountId == id ? transfer.Amount : transfer.FromAccountId == id ? -transfer.Amount : 0);
        }

        private Booking Booking(TransferKind kind) => new(NewId.At<TransferId>(now), kind, act.By, now);

        private static int[] OrderOf(int program) => program == 0 ? [0, 1, 2] : [2, 0];

        private static long OverdraftOf(int place) => place == 2 ? Overdraft : 0;

        private static CustomerProgramTerms Terms(PriceMode mode, PricePerSecond? price) => new(Seconds.Zero, CustomerProgramTerms.UsualLargestSaved, mode, price);

        private static decimal HourPrice(long savedSeconds) => savedSeconds switch
        {
            < 6 * 3600 => 230,
            < 11 * 3600 => 200,
            < 16 * 3600 => 170,
            < 21 * 3600 => 140,
            < 26 * 3600 => 110,
            < 31 * 3600 => 80,
            < 45 * 3600 => 50,
            _ => 30,
        };
    }
}
