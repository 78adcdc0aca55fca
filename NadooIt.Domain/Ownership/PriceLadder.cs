using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Ownership;

/// <summary>One step of the ladder.</summary>
/// <param name="FromHours">Saved hours from which the step holds, inclusive.</param>
/// <param name="EuroPerHour">Price in euro per hour.</param>
public sealed record LadderStep(int FromHours, decimal EuroPerHour)
{
    /// <summary>Where the step begins, in seconds.</summary>
    public Seconds From => Seconds.FromHours(FromHours);

    /// <summary>The step's price per second, rounded at the one place that rounds.</summary>
    public PricePerSecond PerSecond { get; } = PricePerSecond.FromPerHour(EuroPerHour);
}

/// <summary>
/// The dynamic price: it falls with the hours that this customer program has saved before an execution
/// (rule "Programs and customer programs"; figures of the original system, reference section 2.2).
/// </summary>
public static class PriceLadder
{
    /// <summary>The steps, from the first on.</summary>
    public static IReadOnlyList<LadderStep> Steps { get; } =
    [
        new(0, 230m), new(6, 200m), new(11, 170m), new(16, 140m), new(21, 110m), new(26, 80m), new(31, 50m), new(45, 30m),
    ];

    /// <summary>The step that holds after this much saved time; less than none counts as none.</summary>
    public static LadderStep StepAt(Seconds saved) => Steps.Last(step => step.FromHours == 0 || step.From <= saved);

    /// <summary>The step that comes next, or null on the last one.</summary>
    public static LadderStep? NextStep(Seconds saved) => Steps.FirstOrDefault(step => step.From > saved);
}
