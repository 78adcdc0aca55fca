using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Budgets;

/// <summary>What a budget allows in each calendar month.</summary>
/// <param name="Limit">Euro, above 0 and at most <see cref="Largest"/>, with at most six decimals.</param>
/// <param name="WarnAt">Percent of the limit at which is warned, each 1 to 100, in rising order; at most <see cref="MostLevels"/>.</param>
/// <param name="IsHardStop">Whether an execution that would pass the limit is refused; else it is only warned.</param>
public sealed record BudgetTerms(Money Limit, IReadOnlyList<int> WarnAt, bool IsHardStop)
{
    /// <summary>Largest limit, in euro.</summary>
    public const decimal Largest = 1_000_000_000m;

    /// <summary>Most warning levels.</summary>
    public const int MostLevels = 5;

    /// <summary>The terms, if they hold together.</summary>
    /// <param name="euro">The limit.</param>
    /// <param name="warnAt">The levels in any order.</param>
    /// <param name="isHardStop">Whether it stops.</param>
    /// <exception cref="Refused">The limit or a level is out of range.</exception>
    public static BudgetTerms Of(decimal euro, IEnumerable<int> warnAt, bool isHardStop)
    {
        if (euro is <= 0 or > Largest || decimal.Round(euro, 6) != euro)
        {
            throw new Refused(BudgetRefusals.LimitInvalid);
        }

        var levels = warnAt.Distinct().Order().ToArray();
        return levels.Length > MostLevels || levels.Any(level => level is < 1 or > 100)
            ? throw new Refused(BudgetRefusals.LevelsInvalid)
            : new(Money.Euro(euro), levels, isHardStop);
    }

    /// <summary>The highest level that has been reached, the limit itself included; null for none.</summary>
    public int? Reached(Money used) => AllReached(used) is [.., var highest] ? highest : null;

    /// <summary>The levels that have been reached, the limit itself included, in rising order.</summary>
    public IReadOnlyList<int> AllReached(Money used) => [.. WarnAt.Append(100).Distinct().Where(level => used.Amount * 100 >= Limit.Amount * level).Order()];

    /// <summary>What the month comes to if it goes on as it began, in whole millionths, rounded down.</summary>
    /// <param name="used">Used so far.</param>
    /// <param name="today">The business day, which counts as gone.</param>
    public static Money Forecast(Money used, DateOnly today) =>
        Money.FromMillionths((long)((decimal)used.Millionths * DateTime.DaysInMonth(today.Year, today.Month) / today.Day));
}

/// <summary>
/// What a customer, or one customer program, may cost in each calendar month. It is never changed: another one takes its
/// place from then on.
/// </summary>
public sealed class Budget : ICustomerOwned
{
    private Budget()
    {
    }

    /// <summary>Identifier.</summary>
    public BudgetId Id { get; private init; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private init; }

    /// <summary>The customer program; null for all of the customer together.</summary>
    public CustomerProgramId? CustomerProgramId { get; private init; }

    /// <summary>Euro in each calendar month.</summary>
    public Money MonthlyLimit { get; private init; }

    /// <summary>Percent at which is warned, in rising order.</summary>
    public int[] WarnAt { get; private init; } = [];

    /// <summary>Whether an execution that would pass the limit is refused.</summary>
    public bool IsHardStop { get; private init; }

    /// <summary>Who set it.</summary>
    public PersonId SetBy { get; private init; }

    /// <summary>From when on it counts.</summary>
    public DateTimeOffset SetAt { get; private init; }

    /// <summary>Who ended it or set another one; null while it counts.</summary>
    public PersonId? EndedBy { get; private set; }

    /// <summary>Since when it does not count any more; null while it counts.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>What it allows.</summary>
    public BudgetTerms Terms => new(MonthlyLimit, WarnAt, IsHardStop);

    /// <summary>Sets a budget from now on.</summary>
    public static Budget Set(CustomerId customer, CustomerProgramId? program, BudgetTerms terms, PersonId by, DateTimeOffset now) => new()
    {
        Id = NewId.At<BudgetId>(now),
        CustomerId = customer,
        CustomerProgramId = program,
        MonthlyLimit = terms.Limit,
        WarnAt = [.. terms.WarnAt],
        IsHardStop = terms.IsHardStop,
        SetBy = by,
        SetAt = now,
    };

    /// <summary>It does not count any more; once more changes nothing.</summary>
    public void End(PersonId by, DateTimeOffset now)
    {
        if (EndedAt is null)
        {
            (EndedBy, EndedAt) = (by, now);
        }
    }
}

/// <summary>
/// A hard stop while executions are recorded, with what was used in the months they ran in. Whoever records holds the lock
/// of the budget, so that two of them together do not pass it.
/// </summary>
/// <param name="limit">Euro in each calendar month.</param>
public sealed class SpendingStop(Money limit)
{
    private readonly Dictionary<DateOnly, Money> used = [];

    /// <summary>What was used in a month, those of this batch included; reversed and refunded executions do not count.</summary>
    public Money UsedIn(DateOnly month) => used.GetValueOrDefault(month, Money.NoEuro);

    /// <summary>Whether a price still fits into a month. What costs nothing always fits.</summary>
    public bool Allows(DateOnly month, Money price) => price.Amount == 0 || UsedIn(month).Amount + price.Amount <= limit.Amount;

    /// <summary>A price was used.</summary>
    public void Use(DateOnly month, Money price) => used[month] = UsedIn(month) + price;
}

/// <summary>What the Budgets module refuses.</summary>
public static class BudgetRefusals
{
    /// <summary>The execution would pass a budget with a hard stop.</summary>
    public static readonly Refusal Exceeded = new("budget.exceeded", RefusalKind.Conflict);

    /// <summary>A limit is above 0 and has at most six decimals.</summary>
    public static readonly Refusal LimitInvalid = new("budget.limit_invalid", RefusalKind.Invalid);

    /// <summary>At most five levels, each of 1 to 100 percent.</summary>
    public static readonly Refusal LevelsInvalid = new("budget.levels_invalid", RefusalKind.Invalid);
}
