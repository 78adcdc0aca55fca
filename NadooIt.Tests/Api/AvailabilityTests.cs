using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using NadooIt.Tests.Support;
using Npgsql;

namespace NadooIt.Tests.Api;

/// <summary>A database that goes away is answered with 503, and nothing has to be restarted when it is back.</summary>
public sealed class AvailabilityTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_lost_database_answers_503_and_recovers_by_itself()
    {
        var plant = await host.PlantAsync();
        var body = new { customerProgramId = plant.Program.Id.Value, reference = "before" };
        (await host.RecordAsync(plant.Key, body)).Status.ShouldBe(201);
        (await host.GetAsync(null, "/health/ready")).Status.ShouldBe(200);

        await CloseAsync(allow: false);
        var away = await host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference = "during" });
        away.ShouldBe(503, "server.unavailable");
        away.Headers.ShouldContainKey("Retry-After");
        (await host.GetAsync(plant.Key, "/api/v1/me")).ShouldBe(503, "server.unavailable");
        (await host.GetAsync(null, "/health/ready")).Status.ShouldBe(503);
        (await host.GetAsync(null, "/health/live")).Status.ShouldBe(200);

        await CloseAsync(allow: true);
        (await host.GetAsync(null, "/health/ready")).Status.ShouldBe(200);
        (await host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference = "during" })).Status.ShouldBe(201);
        (await host.RecordAsync(plant.Key, body)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Too_many_requests_are_told_when_to_come_back()
    {
        await using var strict = new WebHostWith(host, ("Api:RequestsPerSecond", "1"), ("Api:Burst", "3"));
        await strict.InitializeAsync();
        var plant = await host.PlantAsync();
        using var http = new HttpClient { BaseAddress = strict.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", plant.Key);

        var statuses = new List<int>();
        for (var request = 0; request < 6; request++)
        {
            using var response = await http.GetAsync(new Uri("/api/v1/me", UriKind.Relative));
            statuses.Add((int)response.StatusCode);
            response.Headers.Contains("RateLimit-Limit").ShouldBeTrue();
            if (statuses[^1] == 429)
            {
                response.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
                (await response.Content.ReadAsStringAsync()).ShouldContain("rate.limited");
            }
        }

        statuses.Take(3).ShouldAllBe(status => status == 200);
        statuses.ShouldContain(429);
    }

    // Everybody is thrown out and nobody is let in: for the application the server is away.
    private async Task CloseAsync(bool allow)
    {
        var name = new NpgsqlConnectionStringBuilder(host.Database.ConnectionString).Database;
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(host.Database.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var close = new NpgsqlCommand($"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {(allow ? "true" : "false")}", connection);
        await close.ExecuteNonQueryAsync();
        if (!allow)
        {
            await using var end = new NpgsqlCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", connection) { Parameters = { new() { Value = name! } } };
            await end.ExecuteNonQueryAsync();
        }
    }

    private sealed class WebHostWith(ApiHost host, params (string Name, string Value)[] settings) : WebHost
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting("ConnectionStrings:NadooIt", host.Database.ConnectionString);
            builder.UseSetting("NADOOIT_LOG_FILES", "false");
            builder.UseSetting("NADOOIT_LOG_LEVEL", "Fatal");
            foreach (var (name, value) in settings)
            {
                builder.UseSetting(name, value);
            }

            builder.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(host.Database.Clock));
        }
    }
}
