using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using NadooIt.Tests.Api;
using NadooIt.Web.Hosting;

namespace NadooIt.Tests.Hosting;

/// <summary>What a node counts, as Prometheus reads it.</summary>
public sealed class MetricsTests(ApiHost host) : IClassFixture<ApiHost>
{
    private Uri Metrics => host.Services.GetRequiredService<MetricsServer>().Address!;

    [Fact]
    public async Task Every_recording_repetition_and_refusal_is_counted()
    {
        var plant = await host.PlantAsync();
        var before = await ReadAsync();
        object Run(string reference, object saved) => new { customerProgramId = plant.Program.Id.Value, reference, timeSavedSeconds = saved };

        (await host.RecordAsync(plant.Key, Run("one", 5))).Status.ShouldBe(201);
        (await host.RecordAsync(plant.Key, Run("one", 5))).Status.ShouldBe(200);
        (await host.RecordAsync(plant.Key, Run("one", 6))).Status.ShouldBe(409);

        var after = await ReadAsync();
        double Grown(string name) => after.GetValueOrDefault(name) - before.GetValueOrDefault(name);
        Grown("nadooit_executions_recorded_total").ShouldBe(1);
        Grown("nadooit_executions_repeated_total").ShouldBe(1);
        Grown("nadooit_executions_refused_total{code=\"execution.reference_conflict\"}").ShouldBe(1);
        Grown("nadooit_executions_batch_size_sum").ShouldBe(3);
        Grown("nadooit_executions_commit_duration_seconds_count").ShouldBe(3);
        Grown("nadooit_executions_commit_duration_seconds_bucket{le=\"+Inf\"}").ShouldBe(3);
        after["nadooit_executions_waiting"].ShouldBe(0);
        after.Keys.ShouldContain(name => name.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal) && name.Contains("/api/v1/executions"));
        foreach (var personal in new[] { plant.Key, plant.Owner.Id.ToString(), plant.Customer.Id.ToString(), plant.Program.Id.ToString(), plant.Customer.Name })
        {
            after.Keys.ShouldAllBe(name => !name.Contains(personal));
        }
    }

    [Fact]
    public async Task The_figures_have_a_port_of_their_own()
    {
        (await host.Http.GetAsync(Metrics)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.Http.GetAsync(new Uri(Metrics, "/"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await host.Http.GetAsync(new Uri(Metrics, "/api/v1/me"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await host.Http.GetAsync(new Uri("/metrics", UriKind.Relative))).StatusCode.ShouldNotBe(HttpStatusCode.OK);
        (await host.Http.PostAsync(Metrics, null)).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    private async Task<Dictionary<string, double>> ReadAsync()
    {
        using var answer = await host.Http.GetAsync(Metrics);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        return (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => (At: line.LastIndexOf(' '), Line: line))
            .ToDictionary(row => row.Line[..row.At], row => double.Parse(row.Line[(row.At + 1)..], CultureInfo.InvariantCulture));
    }
}
