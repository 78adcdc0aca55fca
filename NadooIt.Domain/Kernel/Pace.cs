namespace NadooIt.Domain.Kernel;

/// <summary>How fast time was saved or used lately, and what that means for the days to come.</summary>
/// <param name="Amount">Seconds in all of these days together.</param>
/// <param name="Days">How many business days were looked at, at least 1.</param>
public readonly record struct Pace(Seconds Amount, int Days)
{
    /// <summary>How far one looks back.</summary>
    public const int UsualDays = 30;

    /// <summary>Further ahead nothing is foretold: 100 years.</summary>
    public const int FurthestDays = 36_500;

    /// <summary>The first business day of the span that ends today; a younger thing is looked at from its own first day on.</summary>
    public static DateOnly FirstDay(DateOnly today, DateOnly began)
    {
        var usual = today.AddDays(1 - UsualDays);
        return began > today ? today : began > usual ? began : usual;
    }

    /// <summary>Whether this much is used up at this pace before so many days have passed; never when nothing is used.</summary>
    public bool IsUsedUpWithin(Seconds amount, int days) =>
        Amount > Seconds.Zero && (decimal)amount.Value * Days < (decimal)days * Amount.Value;

    /// <summary>Whole days until this much has come together at this pace; null for never, or too far ahead to say.</summary>
    public int? DaysUntil(Seconds amount)
    {
        if (amount <= Seconds.Zero)
        {
            return 0;
        }

        if (Amount <= Seconds.Zero)
        {
            return null;
        }

        var days = decimal.Ceiling((decimal)amount.Value * Days / Amount.Value);
        return days <= FurthestDays ? (int)days : null;
    }
}
