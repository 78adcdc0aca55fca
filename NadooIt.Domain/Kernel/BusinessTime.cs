namespace NadooIt.Domain.Kernel;

/// <summary>Business days are days in Europe/Berlin; instants are UTC.</summary>
public static class BusinessTime
{
    /// <summary>The zone in which "today" and "this month" are meant.</summary>
    public static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    /// <summary>The business day on which an instant falls.</summary>
    public static DateOnly DayOf(DateTimeOffset instant) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Zone).DateTime);

    /// <summary>The instant at which a business day begins. Midnight exists on every day in this zone.</summary>
    public static DateTimeOffset StartOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified);
        return new DateTimeOffset(midnight, Zone.GetUtcOffset(midnight)).ToUniversalTime();
    }

    /// <summary>The instant that a clock in this zone shows; of an hour that comes twice the second one.</summary>
    public static DateTimeOffset InstantOf(DateTime clock)
    {
        var unspecified = DateTime.SpecifyKind(clock, DateTimeKind.Unspecified);
        return new DateTimeOffset(unspecified, Zone.GetUtcOffset(unspecified)).ToUniversalTime();
    }
}

/// <summary>A half-open span of instants: the start belongs to it, the end does not.</summary>
/// <param name="From">First instant, or null for "since ever".</param>
/// <param name="To">First instant after it, or null for "open".</param>
public readonly record struct Period(DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>All times.</summary>
    public static Period Always => default;

    /// <summary>The business day.</summary>
    public static Period Day(DateOnly day) => new(BusinessTime.StartOf(day), BusinessTime.StartOf(day.AddDays(1)));

    /// <summary>The calendar month in which the day falls.</summary>
    public static Period Month(DateOnly day)
    {
        var first = new DateOnly(day.Year, day.Month, 1);
        return new(BusinessTime.StartOf(first), BusinessTime.StartOf(first.AddMonths(1)));
    }

    /// <summary>The calendar year in which the day falls.</summary>
    public static Period Year(DateOnly day)
    {
        var first = new DateOnly(day.Year, 1, 1);
        return new(BusinessTime.StartOf(first), BusinessTime.StartOf(first.AddYears(1)));
    }
}
