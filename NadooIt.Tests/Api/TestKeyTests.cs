using Microsoft.EntityFrameworkCore;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Api;

/// <summary>Test keys over HTTP: the same routes and bodies, marked.</summary>
public sealed class TestKeyTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_test_key_is_answered_like_a_real_one_and_marked()
    {
        var plant = await host.PlantAsync(prepaid: 30);
        var test = await KeyAsync(plant);
        var body = new { customerProgramId = plant.Program.Id.Value, reference = "run-1", timeSavedSeconds = 90 };

        var tried = await host.RecordAsync(test, body);
        var real = await host.RecordAsync(plant.Key, body);

        (tried.Status, real.Status).ShouldBe((201, 201), tried.Body);
        foreach (var name in new[] { "timeSavedSeconds", "prepaidSeconds", "billedSeconds", "timeBalanceSeconds" })
        {
            tried.Number(name).ShouldBe(real.Number(name), name);
        }

        (tried.Headers.GetValueOrDefault("Nadoo-Ledger"), real.Headers.ContainsKey("Nadoo-Ledger")).ShouldBe(("test", false));
        (await host.RecordAsync(test, body)).Headers["Idempotent-Replayed"].ShouldBe("true");
        (await host.GetAsync(test, $"/api/v1/executions/{real.Text("id")}")).ShouldBe(404, "execution.not_found");
        (await host.GetAsync(plant.Key, $"/api/v1/executions/{tried.Text("id")}")).ShouldBe(404, "execution.not_found");
        (await host.GetAsync(test, "/api/v1/me")).Json.GetProperty("isTest").GetBoolean().ShouldBeTrue();
        (await host.GetAsync(plant.Key, "/api/v1/me")).Json.GetProperty("isTest").GetBoolean().ShouldBeFalse();
        await using var db = host.Database.Open();
        (await db.Executions.CountAsync(execution => execution.CustomerId == plant.Customer.Id)).ShouldBe(1);
    }

    [Fact]
    public async Task A_batch_goes_into_the_test_ledger_as_a_whole()
    {
        var plant = await host.PlantAsync();
        var test = await KeyAsync(plant);
        var items = Enumerable.Range(0, 5).Select(number => new { customerProgramId = plant.Program.Id.Value, reference = $"b{number}", timeSavedSeconds = number * 60 });

        var answer = await host.SendAsync(HttpMethod.Post, "/api/v1/executions/batch", test, System.Text.Json.JsonSerializer.Serialize(new { items }));

        answer.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("status").GetInt32()).ShouldBe([422, 201, 201, 201, 201]);
        await using var db = host.Database.Open();
        (await db.Executions.AnyAsync(execution => execution.CustomerId == plant.Customer.Id)).ShouldBeFalse();
    }

    private async Task<string> KeyAsync(Plant plant)
    {
        var secret = ApiKeySecret.Create(isTest: true);
        secret.Text.ShouldStartWith("nadoo_test_");
        var now = host.Database.Clock.GetUtcNow();
        await using var db = host.Database.Open();
        db.Add(ApiKey.Create(plant.Customer.Id, plant.Owner.Id, new("Test", [Ability.RunPrograms], [], null), secret, plant.Owner.Id, now));
        await db.SaveChangesAsync();
        return secret.Text;
    }
}
