using System.Diagnostics;
using System.Globalization;

namespace NadooIt.Bench;

/// <summary>Records executions over many connections, each as fast as it is answered, and tells how long the answers took.</summary>
internal sealed class Load(Uri server, IReadOnlyList<Target> targets, int connections, int batch)
{
    public static async Task<int> RunAsync(Options options)
    {
        var targets = Target.Read(options.Text("--sample", "sample.json"), options.Text("--accounts", "all") == "hot");
        var load = new Load(new Uri(options.Text("--url", "http://localhost:8000")), targets, options.Number("--connections", 32), options.Number("--batch", 1));
        await load.RunAsync(options.Seconds("--warm-up", 5));
        var (latencies, refused, elapsed) = await load.RunAsync(options.Seconds("--seconds", 20));

        Array.Sort(latencies);
        double At(double share) => latencies.Length == 0 ? 0 : latencies[Math.Min(latencies.Length - 1, (int)(share * latencies.Length))] * 1000.0 / Stopwatch.Frequency;
        var perSecond = latencies.Length * (double)options.Number("--batch", 1) / elapsed.TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"executions_per_second={perSecond:F0} requests={latencies.Length} refused={refused} p50_ms={At(0.50):F2} p95_ms={At(0.95):F2} p99_ms={At(0.99):F2} max_ms={At(1):F2}"));
        return refused == 0 ? 0 : 1;
    }

    private async Task<(long[] Latencies, int Refused, TimeSpan Elapsed)> RunAsync(TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var end = started + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var workers = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => WorkAsync(end))));
        return ([.. workers.SelectMany(worker => worker.Latencies)], workers.Sum(worker => worker.Refused), Stopwatch.GetElapsedTime(started));
    }

    private async Task<(List<long> Latencies, int Refused)> WorkAsync(long end)
    {
        using var line = new HttpLine(server);
        var random = new Random();
        var (latencies, refused) = (new List<long>(100_000), 0);
        while (Stopwatch.GetTimestamp() < end)
        {
            var target = targets[random.Next(targets.Count)];
            var (path, body) = batch == 1
                ? ("/api/v1/executions", target.Execution(random))
                : ("/api/v1/executions/batch", $"{{\"items\":[{string.Join(',', Enumerable.Range(0, batch).Select(_ => target.Execution(random)))}]}}");
            var sent = Stopwatch.GetTimestamp();
            var status = await line.PostAsync(path, target.Key, body);
            latencies.Add(Stopwatch.GetTimestamp() - sent);
            if (status is not (200 or 201))
            {
                refused++;
            }
        }

        return (latencies, refused);
    }
}
