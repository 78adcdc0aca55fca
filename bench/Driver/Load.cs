using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace NadooIt.Bench;

/// <summary>
/// Records executions over many connections, each as fast as it is answered, and tells how long the answers took. One thread
/// asks on all of them, because to wake one for each answer would take from what is measured.
/// </summary>
internal sealed class Load(Uri server, IReadOnlyList<Target> targets, int connections, int batch, string? socketPath)
{
    // A key reaches its own customer only: what a batch holds has to be within its key's reach.
    private readonly ILookup<string, Target> reachOf = targets.ToLookup(target => target.Key);
    private readonly Random random = new();

    public static int Run(Options options)
    {
        var targets = Target.Read(options.Text("--sample", "sample.json"), options.Text("--accounts", "all") == "hot");
        var socketPath = options.Text("--socket", "");
        var load = new Load(
            new Uri(options.Text("--url", "http://localhost:8000")), targets, options.Number("--connections", 32), options.Number("--batch", 1), socketPath.Length == 0 ? null : socketPath);
        load.Measure(options.Seconds("--warm-up", 5));
        var (latencies, refused, elapsed) = load.Measure(options.Seconds("--seconds", 20));

        Array.Sort(latencies);
        double At(double share) => latencies.Length == 0 ? 0 : latencies[Math.Min(latencies.Length - 1, (int)(share * latencies.Length))] * 1000.0 / Stopwatch.Frequency;
        var perSecond = latencies.Length * (double)options.Number("--batch", 1) / elapsed.TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"executions_per_second={perSecond:F0} requests={latencies.Length} refused={refused} p50_ms={At(0.50):F2} p95_ms={At(0.95):F2} p99_ms={At(0.99):F2} max_ms={At(1):F2}"));
        return refused == 0 ? 0 : 1;
    }

    private (long[] Latencies, int Refused, TimeSpan Elapsed) Measure(TimeSpan duration)
    {
        var lines = Enumerable.Range(0, connections).Select(_ => new HttpLine(server, socketPath)).ToList();
        var started = Stopwatch.GetTimestamp();
        var end = started + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var (latencies, refused) = (new List<long>(1_000_000), 0);
        lines.ForEach(Ask);
        var asked = lines.ToDictionary(line => line.Socket!, line => (Line: line, At: Stopwatch.GetTimestamp()));
        while (asked.Count > 0)
        {
            var answered = asked.Keys.ToList();
            Socket.Select(answered, null, null, -1);
            foreach (var socket in answered)
            {
                var (line, at) = asked[socket];
                if (line.Receive() is not { } status)
                {
                    continue;
                }

                var now = Stopwatch.GetTimestamp();
                latencies.Add(now - at);
                refused += status is 200 or 201 ? 0 : 1;
                if (now < end)
                {
                    Ask(line);
                    asked[socket] = (line, now);
                }
                else
                {
                    asked.Remove(socket);
                }
            }
        }

        lines.ForEach(line => line.Dispose());
        return ([.. latencies], refused, Stopwatch.GetElapsedTime(started));
    }

    private void Ask(HttpLine line)
    {
        var target = targets[random.Next(targets.Count)];
        if (batch == 1)
        {
            line.Post("/api/v1/executions", target.Key, target.Execution(random));
            return;
        }

        var within = reachOf[target.Key].ToList();
        var items = Enumerable.Range(0, batch).Select(number => within[number % within.Count].Execution(random));
        line.Post("/api/v1/executions/batch", target.Key, $"{{\"items\":[{string.Join(',', items)}]}}");
    }
}
