using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Executions;

/// <summary>The periods by which people look at executions (rule "Executions", lists).</summary>
public enum NamedPeriod
{
    /// <summary>The 20 that occurred last, whenever that was.</summary>
    Last20 = 1,

    /// <summary>The present business day.</summary>
    Today = 2,

    /// <summary>The present calendar month.</summary>
    ThisMonth = 3,

    /// <summary>The calendar month before, in January that of the year before.</summary>
    LastMonth = 4,

    /// <summary>The present calendar year.</summary>
    ThisYear = 5,
}

/// <summary>A span of whole business days; both ends belong to it.</summary>
/// <param name="First">First day; null for since ever.</param>
/// <param name="Last">Last day; null for no end.</param>
public readonly record struct DaySpan(DateOnly? First, DateOnly? Last)
{
    /// <summary>The days of a named period, seen from a day. The last 20 have no days of their own: all days.</summary>
    public static DaySpan Of(NamedPeriod period, DateOnly today)
    {
        var month = new DateOnly(today.Year, today.Month, 1);
        return period switch
        {
            NamedPeriod.Today => new(today, today),
            NamedPeriod.ThisMonth => new(month, month.AddMonths(1).AddDays(-1)),
            NamedPeriod.LastMonth => new(month.AddMonths(-1), month.AddDays(-1)),
            NamedPeriod.ThisYear => new(new(today.Year, 1, 1), new(today.Year, 12, 31)),
            _ => default,
        };
    }

    /// <summary>The instants from the start of the first day to the end of the last, in Europe/Berlin.</summary>
    public Period Instants => new(
        First is { } first ? BusinessTime.StartOf(first) : null,
        Last is { } last && last < DateOnly.MaxValue ? BusinessTime.StartOf(last.AddDays(1)) : null);

    /// <summary>The whole calendar months within, and the days before and after them; together they are the span.</summary>
    public (DaySpan? Months, IReadOnlyList<DaySpan> Days) ByMonths()
    {
        if (First >= LastMonth)
        {
            return (null, [this]);
        }

        var start = First is { } first && first.Day > 1 ? MonthOf(first).AddMonths(1) : First;
        var end = Last is { } last && last < DateOnly.MaxValue && last.AddDays(1).Day > 1 ? MonthOf(last).AddDays(-1) : Last;
        if (start is not null && end is not null && end < start)
        {
            return (null, [this]);
        }

        var edges = new List<DaySpan>();
        if (First < start)
        {
            edges.Add(new(First, start.Value.AddDays(-1)));
        }

        if (end < Last)
        {
            edges.Add(new(end.Value.AddDays(1), Last));
        }

        return (new(start, end), edges);
    }

    // No month comes after it.
    private static readonly DateOnly LastMonth = MonthOf(DateOnly.MaxValue);

    /// <summary>The first day of the calendar month in which a day lies.</summary>
    public static DateOnly MonthOf(DateOnly day) => new(day.Year, day.Month, 1);

    /// <summary>The calendar month that begins with a day.</summary>
    public static DaySpan OfMonth(DateOnly first) => new(first, new(first.Year, first.Month, DateTime.DaysInMonth(first.Year, first.Month)));

    /// <summary>Whether the day lies within.</summary>
    public bool Includes(DateOnly day) => (First is null || First <= day) && (Last is null || day <= Last);
}

/// <summary>Which executions somebody wants to see.</summary>
/// <param name="Period">A named period; counts only when neither <paramref name="From"/> nor <paramref name="To"/> is given.</param>
/// <param name="From">First business day.</param>
/// <param name="To">Last business day.</param>
/// <param name="Customer">Of one customer.</param>
/// <param name="CustomerProgram">Of one customer program.</param>
/// <param name="Status">Of one status.</param>
/// <param name="Person">Run by one person.</param>
/// <param name="Search">The id, or the beginning of the reference or the order reference; capitals count.</param>
public sealed record ExecutionFilter(
    NamedPeriod? Period = null,
    DateOnly? From = null,
    DateOnly? To = null,
    CustomerId? Customer = null,
    CustomerProgramId? CustomerProgram = null,
    ExecutionStatus? Status = null,
    PersonId? Person = null,
    string? Search = null)
{
    /// <summary>How many the filter "last 20" shows.</summary>
    public const int LastCount = 20;

    /// <summary>Whether only the last 20 are wanted.</summary>
    public bool IsLastOnly => Period == NamedPeriod.Last20 && From is null && To is null;

    /// <summary>Whether something is searched for.</summary>
    public bool IsSearch => !string.IsNullOrWhiteSpace(Search);

    /// <summary>Whether the daily figures answer sums over this filter; they know no references.</summary>
    public bool IsAnsweredByDays => !IsSearch && !IsLastOnly;

    /// <summary>The days that the filter covers, seen from a day.</summary>
    public DaySpan Days(DateOnly today) =>
        From is not null || To is not null ? new(From, To) : Period is { } period ? DaySpan.Of(period, today) : default;
}
