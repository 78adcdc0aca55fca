using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using NadooIt.Data.Executions;

namespace NadooIt.Web.Hosting;

/// <summary>
/// Adds up the measurements of this node and writes them as Prometheus reads them (text format 0.0.4). Labels are
/// taken from a short list, so that nothing personal can get into one.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    private const string RequestDuration = "http.server.request.duration";
    private static readonly string[] Labels = ["code", "http.request.method", "http.response.status_code", "http.route"];
    private static readonly double[] Durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] Sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    private readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Series> series = new();
    private readonly MeterListener listener = new();

    public MetricsCollector(ExecutionMeter executions, IMeterFactory meters)
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            // Other applications of the same process, as in tests, have instruments of the same names.
            if (instrument.Meter == executions.Meter || (instrument.Name == RequestDuration && ReferenceEquals(instrument.Meter.Scope, meters)))
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
    }

    /// <summary>Begins to count; nothing is counted, and nothing costs, before.</summary>
    public void Start() => listener.Start();

    public void Dispose() => listener.Dispose();

    /// <summary>Everything that was counted until now.</summary>
    public string Write()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var group in series.GroupBy(entry => entry.Key.Instrument).OrderBy(group => group.Key.Name, StringComparer.Ordinal))
        {
            var name = NameOf(group.Key);
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {group.Key.Description}\n# TYPE {name} {TypeOf(group.Key)}\n");
            foreach (var (key, values) in group.OrderBy(entry => entry.Key.Labels, StringComparer.Ordinal))
            {
                values.Write(text, name, key.Labels);
            }
        }

        return text.ToString();
    }

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        series.GetOrAdd((instrument, LabelsOf(tags)), key => new Series(BoundsOf(key.Instrument), key.Instrument is not ObservableGauge<int>)).Add(value);

    private static double[] BoundsOf(Instrument instrument) =>
        instrument is not Histogram<double> ? [] : instrument.Unit == "s" ? Durations : Sizes;

    private static string TypeOf(Instrument instrument) => instrument switch
    {
        Histogram<double> => "histogram",
        ObservableGauge<int> => "gauge",
        _ => "counter",
    };

    private static string NameOf(Instrument instrument) =>
        instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "") + (instrument is Counter<long> ? "_total" : "");

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (var label in Labels)
        {
            foreach (var (name, value) in tags)
            {
                if (name == label)
                {
                    text.Append(text.Length == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{label.Replace('.', '_')}=\"{Escaped(value)}\"");
                }
            }
        }

        return text.ToString();
    }

    private static string Escaped(object? value) => (Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>The values of one instrument with one set of labels.</summary>
    private sealed class Series(double[] bounds, bool addsUp)
    {
        private readonly Lock gate = new();
        private readonly long[] within = new long[bounds.Length];
        private long count;
        private double sum;

        public void Add(double value)
        {
            lock (gate)
            {
                count++;
                sum = addsUp ? sum + value : value;
                for (var i = bounds.Length - 1; i >= 0 && value <= bounds[i]; i--)
                {
                    within[i]++;
                }
            }
        }

        public void Write(StringBuilder text, string name, string labels)
        {
            lock (gate)
            {
                var braced = labels.Length == 0 ? "" : $"{{{labels}}}";
                if (bounds.Length == 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}{braced} {sum}\n");
                    return;
                }

                var before = labels.Length == 0 ? "" : labels + ",";
                for (var i = 0; i < bounds.Length; i++)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{before}le=\"{bounds[i]}\"}} {within[i]}\n");
                }

                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{before}le=\"+Inf\"}} {count}\n{name}_sum{braced} {sum}\n{name}_count{braced} {count}\n");
            }
        }
    }
}
