using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Ownership;

/// <summary>Where a customer program stands on the ladder and when it gets to the next step.</summary>
/// <param name="Present">The step that the next execution is priced by.</param>
/// <param name="Next">The step after it; null on the last one.</param>
/// <param name="Missing">Seconds that have to be saved until then; null on the last step.</param>
/// <param name="ReachedOn">The business day on which that is, if it goes on as lately; null when nobody can say.</param>
public sealed record LadderOutlook(LadderStep Present, LadderStep? Next, Seconds? Missing, DateOnly? ReachedOn)
{
    /// <summary>Looks ahead from today.</summary>
    /// <param name="saved">Seconds saved so far.</param>
    /// <param name="pace">How fast time was saved lately.</param>
    /// <param name="today">The business day.</param>
    public static LadderOutlook Of(Seconds saved, Pace pace, DateOnly today)
    {
        var next = PriceLadder.NextStep(saved);
        var missing = next?.From - saved;
        var days = missing is { } open ? pace.DaysUntil(open) : null;
        return new(PriceLadder.StepAt(saved), next, missing, days is { } ahead ? today.AddDays(ahead) : null);
    }
}
