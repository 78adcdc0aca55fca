using NadooIt.Domain.Budgets;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Orders;
using NadooIt.Domain.Statements;
using NadooIt.Domain.TimeAccounts;

namespace NadooIt.Tests.Executions;

/// <summary>
/// What a customer's executions, time, money, orders and budgets come to: the simplest model that can be written down. Each
/// method does what the application should do, or returns why it must refuse.
/// </summary>
internal sealed class HistoryModel
{
    public const int Fixed = 0;
    public const int Ladder = 1;
    public const int PerOrder = 2;
    public const decimal FixedPrice = 0.012345m;
    public const decimal OrderPrice = 0.01m;

    /// <summary>How far each account may go below zero.</summary>
    public static readonly long[] Overdrafts = [0, 0, 900];

    /// <summary>From which accounts each program draws, in order.</summary>
    public static readonly int[][] Draws = [[0, 1, 2], [2, 0], [1, 2]];

    /// <summary>What the model knows of an execution.</summary>
    internal sealed record Run(int Program, string Reference, long Saved, string? Order, DateOnly Month, long SavedBefore, long[] Parts, long Price)
    {
        public ExecutionStatus Status { get; set; }

        public bool IsFree => Order is not null && Program == PerOrder && Price == 0 && Parts.Sum() == 0;
    }

    public List<Run> Runs { get; } = [];

    public long[] Balances { get; } = [0, 0, 0];

    public long[] Held { get; } = [0, 0, 0];

    public Dictionary<string, (OrderStatus Status, Run? Charge)> Orders { get; } = [];

    /// <summary>Hard stops in euro, by program; -1 stands for all of the customer together.</summary>
    public Dictionary<int, decimal> Stops { get; } = [];

    /// <summary>Millionths by program: what was booked as billed, paid and reversed.</summary>
    public long[] Billed { get; } = [0, 0, 0];

    public long[] Paid { get; } = [0, 0, 0];

    public long[] Reversed { get; } = [0, 0, 0];

    public long Refunded { get; private set; }

    public long PaidOut { get; private set; }

    public long Owed => Refunded - PaidOut;

    public long Saved(int program) => Runs.Where(run => run.Program == program && Counts(run.Status)).Sum(run => run.Saved);

    public long Used(int program, DateOnly month) =>
        Runs.Where(run => (program < 0 || run.Program == program) && run.Month == month && Counts(run.Status)).Sum(run => run.Price);

    public long HeldMoney(int program) => Runs.Where(run => run.Program == program && run.Status == ExecutionStatus.Held).Sum(run => run.Price);

    public long Open(int program) => Runs.Where(run => run.Program == program && run.Status == ExecutionStatus.NotPaid).Sum(run => run.Price);

    /// <summary>The rate after so much saved time.</summary>
    public static decimal Rate(int program, long savedBefore) => program switch
    {
        Fixed => FixedPrice,
        PerOrder => OrderPrice,
        _ => decimal.Round(HourPrice(savedBefore) / 3600m, 6, MidpointRounding.ToEven),
    };

    public Refusal? Record(int program, string reference, long saved, string? order, DateOnly month)
    {
        if (saved is < 1 or > 86_400)
        {
            return ExecutionRefusals.TimeSavedInvalid;
        }

        var isOfOrder = program == PerOrder && order is not null;
        var known = isOfOrder && Orders.TryGetValue(order!, out var found) ? found : (OrderStatus.Open, null);
        if (known.Item1 == OrderStatus.Cancelled)
        {
            return OrderRefusals.Cancelled;
        }

        var isFree = isOfOrder && (known.Item1 == OrderStatus.Completed || known.Item2 is not null);
        var (open, parts, before) = (isFree ? 0 : saved, new long[3], Saved(program));
        foreach (var place in Draws[program])
        {
            parts[place] = Math.Min(open, Math.Max(0, Balances[place] - Held[place] + Overdrafts[place]));
            open -= parts[place];
        }

        var price = (long)(open * Rate(program, before) * 1_000_000m);
        if (price > 0 && Stops.Any(stop => (stop.Key < 0 || stop.Key == program) && Used(stop.Key, month) + price > stop.Value * 1_000_000m))
        {
            return BudgetRefusals.Exceeded;
        }

        var run = new Run(program, reference, saved, order, month, before, parts, price);
        run.Status = isOfOrder && !isFree ? ExecutionStatus.Held : price == 0 ? ExecutionStatus.Paid : ExecutionStatus.NotPaid;
        var account = run.Status == ExecutionStatus.Held ? Held : Balances;
        for (var place = 0; place < 3; place++)
        {
            account[place] += run.Status == ExecutionStatus.Held ? parts[place] : -parts[place];
        }

        if (run.Status == ExecutionStatus.Held)
        {
            Orders[order!] = (OrderStatus.Open, run);
        }
        else
        {
            Billed[program] += price;
        }

        Runs.Add(run);
        return null;
    }

    public Refusal? Pay(Run run)
    {
        if (BookedExecution.WhyNotPayable(run.Status) is { } refusal)
        {
            return refusal;
        }

        Paid[run.Program] += run.Price;
        run.Status = ExecutionStatus.Paid;
        return null;
    }

    public Refusal? Reverse(Run run)
    {
        switch (run.Status)
        {
            case ExecutionStatus.Held:
                Release(run);
                Orders[run.Order!] = (OrderStatus.Open, null);
                break;
            case ExecutionStatus.NotPaid or ExecutionStatus.Paid when run.Status == ExecutionStatus.NotPaid || run.Price == 0:
                GiveBack(run);
                Reversed[run.Program] += run.Price;
                break;
            case ExecutionStatus.Paid:
                return ExecutionRefusals.PaidNotReversible;
            default:
                return ExecutionRefusals.AlreadyCancelled;
        }

        run.Status = ExecutionStatus.Reversed;
        return null;
    }

    public Refusal? Refund(Run run)
    {
        if (run.Status != ExecutionStatus.Paid || run.Price == 0)
        {
            return Counts(run.Status) ? ExecutionRefusals.NothingPaid : ExecutionRefusals.AlreadyCancelled;
        }

        GiveBack(run);
        Refunded += run.Price;
        run.Status = ExecutionStatus.Refunded;
        return null;
    }

    public Refusal? Decide(string order, bool isCompletion)
    {
        var (status, charge) = Orders[order];
        if (status != OrderStatus.Open)
        {
            return status == OrderStatus.Completed ? OrderRefusals.AlreadyCompleted : OrderRefusals.AlreadyCancelled;
        }

        Orders[order] = (isCompletion ? OrderStatus.Completed : OrderStatus.Cancelled, charge);
        if (charge is not null)
        {
            Release(charge);
            charge.Status = !isCompletion ? ExecutionStatus.Reversed : charge.Price == 0 ? ExecutionStatus.Paid : ExecutionStatus.NotPaid;
            for (var place = 0; isCompletion && place < 3; place++)
            {
                Balances[place] -= charge.Parts[place];
            }

            Billed[charge.Program] += isCompletion ? charge.Price : 0;
        }

        return null;
    }

    public Refusal? Add(int place, long amount)
    {
        if (amount == 0)
        {
            return TimeAccountRefusals.AmountInvalid;
        }

        if (amount < 0 && -amount > Math.Max(0, Balances[place] - Held[place] + Overdrafts[place]))
        {
            return TimeAccountRefusals.BelowLimit;
        }

        Balances[place] += amount;
        return null;
    }

    public Refusal? Move(int from, int to, long amount)
    {
        if (Add(from, -amount) is { } refusal)
        {
            return refusal;
        }

        return Add(to, amount);
    }

    public Refusal? PayOut(long millionths)
    {
        if (millionths > Owed)
        {
            return StatementRefusals.MoreThanOwed;
        }

        PaidOut += millionths;
        return null;
    }

    private void Release(Run run)
    {
        for (var place = 0; place < 3; place++)
        {
            Held[place] -= run.Parts[place];
        }
    }

    private void GiveBack(Run run)
    {
        for (var place = 0; place < 3; place++)
        {
            Balances[place] += run.Parts[place];
        }
    }

    private static bool Counts(ExecutionStatus status) => status is not (ExecutionStatus.Reversed or ExecutionStatus.Refunded);

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
