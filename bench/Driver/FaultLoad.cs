using System.Globalization;
using System.Net.Sockets;

namespace NadooIt.Bench;

/// <summary>
/// Records executions at several nodes while they die, as a careful client does: the same reference again, at whichever
/// node answers, until the execution is acknowledged. Writes down what was acknowledged.
/// </summary>
internal sealed class FaultLoad(IReadOnlyList<Uri> nodes, IReadOnlyList<Target> targets, TextWriter acknowledged)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private int retries;
    private int repetitions;
    private int count;

    public static async Task<int> RunAsync(Options options)
    {
        var nodes = options.Text("--urls", "http://localhost:8000").Split(',').Select(url => new Uri(url)).ToList();
        await using var file = new StreamWriter(options.Text("--out", "acknowledged.csv"));
        var load = new FaultLoad(nodes, Target.Read(options.Text("--sample", "sample.json"), false), TextWriter.Synchronized(file));
        using var end = new CancellationTokenSource(options.Seconds("--seconds", 60));
        await Task.WhenAll(Enumerable.Range(0, options.Number("--connections", 16)).Select(_ => Task.Run(() => load.WorkAsync(end.Token))));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"acknowledged={load.count} retries={load.retries} answered_as_repetition={load.repetitions}"));
        return 0;
    }

    private async Task WorkAsync(CancellationToken end)
    {
        var lines = nodes.Select(node => new HttpLine(node)).ToList();
        var random = new Random();
        while (!end.IsCancellationRequested)
        {
            var target = targets[random.Next(targets.Count)];
            var (reference, saved) = ($"fault-{random.NextInt64():x16}{random.NextInt64():x16}", random.Next(1, 120));
            await RecordAsync(lines, target, reference, saved, random);
            await acknowledged.WriteLineAsync($"{target.Program},{reference},{saved}");
            Interlocked.Increment(ref count);
        }

        lines.ForEach(line => line.Dispose());
    }

    private async Task RecordAsync(List<HttpLine> lines, Target target, string reference, int saved, Random random)
    {
        while (true)
        {
            try
            {
                using var patience = new CancellationTokenSource(Patience);
                switch (await lines[random.Next(lines.Count)].PostAsync("/api/v1/executions", target.Key, target.Execution(reference, saved), patience.Token))
                {
                    case 201:
                        return;
                    case 200:
                        Interlocked.Increment(ref repetitions);
                        return;
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // Whether it counted is not known; the reference makes it safe to ask again.
            }

            Interlocked.Increment(ref retries);
            await Task.Delay(random.Next(20, 200));
        }
    }
}
