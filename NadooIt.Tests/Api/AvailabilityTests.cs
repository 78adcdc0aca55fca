using System.Net;
using System.Diagnostics;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Api;

/// <summary>A database that goes away is answered with 503, and nothing has to be restarted when it is back.</summary>
public sealed class AvailabilityTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_killed_database_answers_503_and_recovers_by_itself()
    {
        await using var server = PostgresServer.OfItsOwn("killed");
        await using var ours = new ApiHost(server);
        await ours.InitializeAsync();
        var plant = await ours.PlantAsync();
        object Body(string reference) => new { customerProgramId = plant.Program.Id.Value, reference };
        (await ours.RecordAsync(plant.Key, Body("before"))).Status.ShouldBe(201);
        (await ours.GetAsync(null, "/health/ready")).Status.ShouldBe(200);

        using (var postgres = Process.GetProcessById(server.ProcessId))
        {
            postgres.Kill();
            await postgres.WaitForExitAsync();
        }

        // A connection that is there may work a moment longer than what made it.
        var number = 0;
        var away = await ours.RecordAsync(plant.Key, Body($"during-{number}"));
        while (away.Status == 201 && number < 1000)
        {
            away = await ours.RecordAsync(plant.Key, Body($"during-{++number}"));
        }

        away.ShouldBe(503, "server.unavailable");
        away.Headers.ShouldContainKey("Retry-After");
        (await ours.GetAsync(null, "/health/live")).Status.ShouldBe(200);

        await ReadyAgainAsync(ours);
        (await ours.RecordAsync(plant.Key, Body($"during-{number}"))).Status.ShouldBe(201);
        (await ours.RecordAsync(plant.Key, Body("before"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Too_many_requests_are_told_when_to_come_back()
    {
        await using var strict = new WebHostWith(host, ("Api:RequestsPerSecond", "1"), ("Api:Burst", "3"));
        await strict.InitializeAsync();
        var plant = await host.PlantAsync();
        using var http = new HttpClient { BaseAddress = strict.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", plant.Key);

        // At once, so that however slow the machine is, no second per request passes in between.
        var responses = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => http.GetAsync(new Uri("/api/v1/me", UriKind.Relative))));
        var statuses = responses.Select(response => (int)response.StatusCode).ToList();
        foreach (var response in responses)
        {
            response.Headers.Contains("RateLimit-Limit").ShouldBeTrue();
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                response.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
                (await response.Content.ReadAsStringAsync()).ShouldContain("rate.limited");
            }

            response.Dispose();
        }

        statuses.Count(status => status == 200).ShouldBeGreaterThanOrEqualTo(3);
        statuses.ShouldContain(429);
    }

    private static async Task ReadyAgainAsync(ApiHost host)
    {
        var waiting = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while ((await host.GetAsync(null, "/health/ready")).Status != 200)
        {
            waiting.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));
            await timer.WaitForNextTickAsync();
        }
    }
}
