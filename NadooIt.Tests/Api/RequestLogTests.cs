using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NadooIt.Data.ApiKeys;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Api;

/// <summary>Each request of a key leaves a line in its log: what was asked, never with which words.</summary>
public sealed class RequestLogTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_request_is_noted_with_its_route_and_without_values()
    {
        var plant = await host.PlantAsync();
        var recorded = await host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference = "secret-word", timeSavedSeconds = 60 });
        await host.GetAsync(plant.Key, $"/api/v1/executions/{recorded.Text("id")}");
        await host.GetAsync(plant.Key, "/api/v1/executions?status=paid&limit=7");
        await host.GetAsync(plant.Key, "/api/v1/executions?status=nonsense");

        var log = await LogAsync(plant, 4);

        log.Select(request => $"{request.Method} {request.Route} {request.Status}").ShouldBe(
            ["POST /api/v1/executions 201", "GET /api/v1/executions/{id} 200", "GET /api/v1/executions 200", "GET /api/v1/executions 422"], ignoreOrder: true);
        log.ShouldAllBe(request => request.DurationMicroseconds > 0 && request.TraceId.Length == 32);
        recorded.Headers["traceparent"].ShouldContain(log.Single(request => request.Method == "POST").TraceId);
        await using var db = host.Database.Open();
        var key = await db.ApiKeys.SingleAsync(found => found.Id == plant.KeyId);
        (key.LastUsedProgramId, string.IsNullOrEmpty(key.LastUsedAddress)).ShouldBe((plant.Program.Id, false));
    }

    [Fact]
    public async Task A_revoked_key_that_is_still_used_shows_in_its_log()
    {
        var plant = await host.PlantAsync();
        (await host.GetAsync(plant.Key, "/api/v1/me")).Status.ShouldBe(200);
        await using (var db = host.Database.Open())
        {
            (await db.ApiKeys.SingleAsync(found => found.Id == plant.KeyId)).Revoke(plant.Owner.Id, host.Database.Clock.GetUtcNow());
            await db.SaveChangesAsync();
        }

        (await host.GetAsync(plant.Key, "/api/v1/me")).ShouldBe(401, "api_key.invalid");

        (await LogAsync(plant, 2)).Select(request => request.Status).ShouldBe([200, 401], ignoreOrder: true);
    }

    [Fact]
    public async Task What_a_key_of_the_old_system_did_stands_in_its_log_too()
    {
        var plant = await host.PlantAsync();
        OldApiKey.TryParse("a-key-of-the-old-system-4711", out var old).ShouldBeTrue();
        var key = ApiKey.Import(plant.Customer.Id, plant.Owner.Id, "Old", old, plant.Owner.Id, host.Database.Clock.GetUtcNow());
        await using (var db = host.Database.Open())
        {
            db.Add(key);
            await db.SaveChangesAsync();
        }

        using var body = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["NADOOIT__API_KEY"] = "a-key-of-the-old-system-4711", ["NADOOIT__USER_CODE"] = plant.Owner.UserCode.Value,
            ["program_id"] = plant.Program.Id.ToString(), ["time_saved"] = "60",
        });
        (await host.Http.PostAsync("/api/executions", body)).EnsureSuccessStatusCode();

        (await LogAsync(plant with { KeyId = key.Id }, 1)).ShouldHaveSingleItem().Route.ShouldBe("/api/executions");
    }

    /// <summary>A request is noted after its answer has left, so the log is asked until it is complete.</summary>
    private async Task<List<ApiRequest>> LogAsync(Plant plant, int expected)
    {
        var writer = host.Services.GetRequiredService<ApiCallWriter>();
        await using var db = host.Database.Open();
        while (true)
        {
            await writer.WriteAsync(CancellationToken.None);
            var log = await db.ApiRequests.AsNoTracking().Where(request => request.ApiKeyId == plant.KeyId).ToListAsync();
            if (log.Count >= expected)
            {
                return log;
            }

            await Task.Yield();
        }
    }
}
