using System.Diagnostics.Metrics;

namespace NadooIt.Data.Executions;

/// <summary>
/// What this node counts about recording, for whoever watches it. Nothing here names a person, a customer or a key.
/// </summary>
public sealed class ExecutionMeter : IDisposable
{
    private readonly Counter<long> recorded;
    private readonly Counter<long> repeated;
    private readonly Counter<long> refused;
    private readonly Counter<long> mistaken;
    private readonly Histogram<double> together;
    private readonly Histogram<double> duration;

    /// <summary>Begins at zero.</summary>
    public ExecutionMeter()
    {
        Meter = new Meter("NadooIt.Executions");
        recorded = Meter.CreateCounter<long>("nadooit.executions.recorded", "{execution}", "Executions recorded.");
        repeated = Meter.CreateCounter<long>("nadooit.executions.repeated", "{execution}", "Repetitions that were answered with the first result.");
        refused = Meter.CreateCounter<long>("nadooit.executions.refused", "{execution}", "Executions refused, by code.");
        mistaken = Meter.CreateCounter<long>("nadooit.executions.mistaken", "{page}", "Pages decided from memory that did not hold any more and were read again.");
        together = Meter.CreateHistogram<double>("nadooit.executions.batch_size", "{execution}", "Requests in one transaction.");
        duration = Meter.CreateHistogram<double>("nadooit.executions.commit_duration", "s", "From the beginning of a transaction until it is durable.");
    }

    /// <summary>The meter itself, by which its listener knows it.</summary>
    public Meter Meter { get; }

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    /// <summary>Tells how many requests are waiting whenever somebody asks.</summary>
    internal void Watch(Func<int> waiting) =>
        Meter.CreateObservableGauge("nadooit.executions.waiting", waiting, "{execution}", "Requests that wait to be recorded.");

    /// <summary>Counts what became of the requests of one transaction.</summary>
    internal void Count(IReadOnlyList<RecordingResult> results, TimeSpan took)
    {
        together.Record(results.Count);
        duration.Record(took.TotalSeconds);
        recorded.Add(results.Count(result => result is { Refusal: null, IsRepetition: false }));
        repeated.Add(results.Count(result => result is { Refusal: null, IsRepetition: true }));
        foreach (var result in results.Where(result => result.Refusal is not null))
        {
            Refuse(result.Refusal!.Refusal.Code);
        }
    }

    /// <summary>Counts a page that rested on something that had changed.</summary>
    internal void CountMistake() => mistaken.Add(1);

    /// <summary>Counts a request that was refused.</summary>
    internal void Refuse(string code) => refused.Add(1, new KeyValuePair<string, object?>("code", code));
}
