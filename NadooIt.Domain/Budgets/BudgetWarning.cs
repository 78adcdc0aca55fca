using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Budgets;

/// <summary>That people were told of a level of a budget in a month. For each level and month there is one, so nobody is told twice.</summary>
public sealed class BudgetWarning : ICustomerOwned
{
    private BudgetWarning()
    {
    }

    /// <summary>The budget.</summary>
    public BudgetId BudgetId { get; private init; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private init; }

    /// <summary>The first day of the calendar month.</summary>
    public DateOnly Month { get; private init; }

    /// <summary>The level, in percent of the limit, 1 to 100.</summary>
    public int Level { get; private init; }

    /// <summary>Euro that were used when it was noticed.</summary>
    public Money Used { get; private init; }

    /// <summary>When it was noticed.</summary>
    public DateTimeOffset At { get; private init; }

    /// <summary>The warnings that are due in a month, in rising order; only the last of them has to be told.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="month">The first day of the month.</param>
    /// <param name="used">What was used in it.</param>
    /// <param name="before">The levels that were noticed before.</param>
    /// <param name="now">When.</param>
    public static IReadOnlyList<BudgetWarning> Due(Budget budget, DateOnly month, Money used, IReadOnlyCollection<int> before, DateTimeOffset now) =>
    [
        .. budget.Terms.AllReached(used).Where(level => !before.Contains(level))
            .Select(level => new BudgetWarning { BudgetId = budget.Id, CustomerId = budget.CustomerId, Month = month, Level = level, Used = used, At = now }),
    ];
}
