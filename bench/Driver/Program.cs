using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

// Measures a running server; starts nothing. The script bench/compare shows how it is called.
var options = Options.Parse(args);
var targets = Target.Read(options.Sample, options.Accounts);
using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = options.Connections, PooledConnectionLifetime = Timeout.InfiniteTimeSpan })
{
    BaseAddress = options.Url,
    Timeout = TimeSpan.FromSeconds(30),
};
await RunAsync(options.WarmUp);
var (latencies, refused, elapsed) = await RunAsync(options.Duration);

Array.Sort(latencies);
var perSecond = latencies.Length * (double)options.Batch / elapsed.TotalSeconds;
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"executions_per_second={perSecond:F0} requests={latencies.Length} refused={refused} p50_ms={At(0.50):F2} p95_ms={At(0.95):F2} p99_ms={At(0.99):F2} max_ms={At(1):F2}"));
return refused == 0 ? 0 : 1;

double At(double share) => latencies.Length == 0 ? 0 : latencies[Math.Min(latencies.Length - 1, (int)(share * latencies.Length))] * 1000.0 / Stopwatch.Frequency;

async Task<(long[] Latencies, int Refused, TimeSpan Elapsed)> RunAsync(TimeSpan duration)
{
    var started = Stopwatch.GetTimestamp();
    var end = started + (long)(duration.TotalSeconds * Stopwatch.Frequency);
    var workers = await Task.WhenAll(Enumerable.Range(0, options.Connections).Select(_ => Task.Run(() => WorkAsync(end))));
    return ([.. workers.SelectMany(worker => worker.Latencies)], workers.Sum(worker => worker.Refused), Stopwatch.GetElapsedTime(started));
}

async Task<(List<long> Latencies, int Refused)> WorkAsync(long end)
{
    var random = new Random();
    var (latencies, refused) = (new List<long>(100_000), 0);
    while (Stopwatch.GetTimestamp() < end)
    {
        var target = targets[random.Next(targets.Count)];
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Batch == 1 ? "/api/v1/executions" : "/api/v1/executions/batch");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", target.Key);
        request.Content = new ByteArrayContent(options.Batch == 1 ? Single(target, random) : Many(target, random));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var sent = Stopwatch.GetTimestamp();
        using var response = await client.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        latencies.Add(Stopwatch.GetTimestamp() - sent);
        if (!response.IsSuccessStatusCode)
        {
            refused++;
        }
    }

    return (latencies, refused);
}

static byte[] Single(Target target, Random random) => Encoding.UTF8.GetBytes(Item(target, random));

byte[] Many(Target target, Random random) =>
    Encoding.UTF8.GetBytes($"{{\"items\":[{string.Join(',', Enumerable.Range(0, options.Batch).Select(_ => Item(target, random)))}]}}");

static string Item(Target target, Random random) =>
    $"{{\"customerProgramId\":\"{target.Program}\",\"reference\":\"{random.NextInt64():x16}{random.NextInt64():x16}\",\"timeSavedSeconds\":{random.Next(1, 120)}}}";

/// <summary>A customer program to run, with the key that may run it.</summary>
internal sealed record Target(string Key, string Program)
{
    /// <summary>Reads what <c>sample --out</c> wrote; one hot account means one customer program alone.</summary>
    public static List<Target> Read(string file, string accounts)
    {
        using var sample = JsonDocument.Parse(File.ReadAllText(file));
        var all = (from key in sample.RootElement.GetProperty("apiKeys").EnumerateArray()
                   from program in key.GetProperty("customerPrograms").EnumerateArray()
                   select new Target(key.GetProperty("key").GetString()!, program.GetProperty("id").GetString()!)).ToList();
        return accounts == "hot" ? all[..1] : all;
    }
}

/// <summary>What is measured.</summary>
internal sealed record Options(Uri Url, string Sample, string Accounts, int Connections, int Batch, TimeSpan WarmUp, TimeSpan Duration)
{
    public static Options Parse(string[] arguments)
    {
        string Get(string name, string usual) =>
            Array.IndexOf(arguments, name) is var at and >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : usual;
        int Number(string name, int usual) => int.Parse(Get(name, usual.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        return new(
            new Uri(Get("--url", "http://localhost:8000")), Get("--sample", "sample.json"), Get("--accounts", "all"),
            Number("--connections", 32), Number("--batch", 1), TimeSpan.FromSeconds(Number("--warm-up", 5)), TimeSpan.FromSeconds(Number("--seconds", 20)));
    }
}
