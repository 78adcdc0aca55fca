using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using NadooIt.Domain.Hr;

namespace NadooIt.Tests.Api;

/// <summary>Once per order over HTTP: recording, listing, completing, cancelling.</summary>
public sealed class OrderRoutesTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task An_order_is_charged_once_and_completed_by_the_key_that_runs_its_program()
    {
        var plant = await PlantAsync();
        var first = await RecordAsync(plant, "run-1", "A-17");
        (first.Status, first.Text("status"), first.Json.GetProperty("price").GetProperty("amount").GetString()).ShouldBe((201, "held", "0.600000"));
        var later = await RecordAsync(plant, "run-2", "A-17");
        (later.Text("status"), later.Number("billedSeconds"), later.Json.GetProperty("price").GetProperty("amount").GetString()).ShouldBe(("paid", 0, "0.000000"));
        (await RecordAsync(plant, "run-1", "A-17")).Text("status").ShouldBe("held");

        var order = await FindAsync(plant, "A-17");
        (order.GetProperty("status").GetString(), order.GetProperty("executions").GetInt64(), order.GetProperty("price").GetProperty("amount").GetString()).ShouldBe(("open", 2, "0.600000"));
        var completed = await SendAsync(plant, order, "completion", new { });
        (completed.Status, completed.Text("status")).ShouldBe((200, "completed"));

        (await host.GetAsync(plant.Key, $"/api/v1/executions/{first.Text("id")}")).Text("status").ShouldBe("not_paid");
        (await SendAsync(plant, order, "completion", new { note = "again" })).ShouldBe(409, "order.already_completed");
        (await SendAsync(plant, order, "cancellation", new { reason = "too late" })).ShouldBe(409, "order.already_completed");
    }

    [Fact]
    public async Task A_cancelled_order_is_not_charged_and_takes_no_more_executions()
    {
        var plant = await PlantAsync();
        await RecordAsync(plant, "run-1", "A-17");
        var order = await FindAsync(plant, "A-17");
        (await SendAsync(plant, order, "cancellation", new { })).ShouldBe(422, "request.invalid", "reason");

        (await SendAsync(plant, order, "cancellation", new { reason = "Not wanted any more" })).Text("status").ShouldBe("cancelled");

        (await RecordAsync(plant, "run-2", "A-17")).ShouldBe(409, "order.cancelled");
        (await RecordAsync(plant, "run-3", "A-18")).Status.ShouldBe(201);
        (await SendAsync(plant, order, "completion", new { })).ShouldBe(409, "order.already_cancelled");
        (await host.GetAsync(plant.Key, "/api/v1/orders?status=cancelled")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_foreign_order_is_as_unknown_as_one_that_does_not_exist()
    {
        var (mine, foreign) = (await PlantAsync(), await PlantAsync());
        await RecordAsync(foreign, "run-1", "A-17");
        var order = await FindAsync(foreign, "A-17");

        (await SendAsync(mine, order, "completion", new { })).ShouldBe(404, "order.not_found");
        (await host.SendAsync(HttpMethod.Post, $"/api/v1/orders/{Guid.Empty}/completion", mine.Key, "{}")).ShouldBe(404, "order.not_found");
        (await host.GetAsync(mine.Key, "/api/v1/orders")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        var runsOnly = await host.KeyAsync(foreign.Customer.Id, foreign.Owner.Id, [Ability.RunPrograms]);
        (await host.SendAsync(HttpMethod.Post, $"/api/v1/orders/{order.GetProperty("id").GetString()}/cancellation", runsOnly.Secret, """{"reason":"Test"}""")).ShouldBe(403, "access.denied");
        (await SendAsync(foreign, order, "completion", new { })).Status.ShouldBe(200);
    }

    private async Task<Plant> PlantAsync()
    {
        var plant = await host.PlantAsync(abilities: [Ability.RunPrograms, Ability.ReverseExecutions], held: [Ability.ReverseExecutions]);
        await using var db = host.Database.Open();
        var program = await db.CustomerPrograms.SingleAsync(found => found.Id == plant.Program.Id);
        program.Change(program.Terms with { ChargesOncePerOrder = true });
        await db.SaveChangesAsync();
        return plant;
    }

    private Task<Answer> RecordAsync(Plant plant, string reference, string order) =>
        host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference, orderReference = order });

    private async Task<JsonElement> FindAsync(Plant plant, string reference) => (await host.GetAsync(
        plant.Key, $"/api/v1/orders?customerProgramId={plant.Program.Id}&orderReference={reference}")).Json.GetProperty("items").EnumerateArray().ShouldHaveSingleItem();

    private Task<Answer> SendAsync(Plant plant, JsonElement order, string act, object body) =>
        host.SendAsync(HttpMethod.Post, $"/api/v1/orders/{order.GetProperty("id").GetString()}/{act}", plant.Key, JsonSerializer.Serialize(body));
}
