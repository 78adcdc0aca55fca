using NadooIt.Domain.Hr;

namespace NadooIt.Tests.Api;

/// <summary>Reversal and receipt over the HTTP API.</summary>
public sealed class ReversalTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly Ability[] Reversing = [Ability.RunPrograms, Ability.ViewExecutions, Ability.ReverseExecutions];

    [Fact]
    public async Task A_key_with_the_ability_reverses_once()
    {
        var plant = await host.PlantAsync(prepaid: 60, abilities: Reversing, held: [Ability.ReverseExecutions]);
        var address = await RecordAsync(plant);

        var reversed = await ReverseAsync(plant.Key, address);

        (reversed.Status, reversed.Text("status")).ShouldBe((200, "reversed"));
        (await host.GetAsync(plant.Key, address)).Text("status").ShouldBe("reversed");
        (await host.GetAsync(plant.Key, "/api/v1/executions?status=reversed")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await ReverseAsync(plant.Key, address)).ShouldBe(409, "execution.already_cancelled");
        var next = await host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference = "next" });
        (next.Number("prepaidSeconds"), next.Number("timeBalanceSeconds")).ShouldBe((60, 0));
    }

    [Fact]
    public async Task A_reason_is_required_and_nothing_else_is_accepted()
    {
        var plant = await host.PlantAsync(abilities: Reversing, held: [Ability.ReverseExecutions]);
        var address = await RecordAsync(plant);

        (await ReverseAsync(plant.Key, address, "{}")).ShouldBe(422, "request.invalid", "reason");
        (await ReverseAsync(plant.Key, address, """{ "reason": "" }""")).ShouldBe(422, "request.invalid", "reason");
        (await ReverseAsync(plant.Key, address, """{ "reason": "  " }""")).Status.ShouldBe(422);
        (await ReverseAsync(plant.Key, address, """{ "reason": "x", "amount": 1 }""")).ShouldBe(422, "request.invalid", "amount");
        (await ReverseAsync(plant.Key, address, "no json")).ShouldBe(400, "request.malformed");
        (await host.GetAsync(plant.Key, address)).Text("status").ShouldBe("not_paid");
    }

    [Fact]
    public async Task Without_the_ability_or_out_of_reach_nothing_is_reversed()
    {
        var plant = await host.PlantAsync(held: [Ability.ReverseExecutions]);
        var address = await RecordAsync(plant);
        var stranger = await host.PlantAsync(abilities: Reversing, held: [Ability.ReverseExecutions]);
        var other = await host.Landscape.CustomerProgramAsync(plant.Customer.Id);
        var narrow = await host.KeyAsync(plant.Customer.Id, plant.Owner.Id, Reversing, [other.Id]);
        var wide = await host.KeyAsync(plant.Customer.Id, plant.Owner.Id, Reversing);

        (await ReverseAsync(plant.Key, address)).ShouldBe(403, "access.denied");
        (await ReverseAsync(null, address)).ShouldBe(401, "api_key.invalid");
        (await ReverseAsync(stranger.Key, address)).ShouldBe(404, "execution.not_found");
        (await ReverseAsync(narrow.Secret, address)).ShouldBe(404, "execution.not_found");
        (await ReverseAsync(wide.Secret, address)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_receipt_holds_against_the_published_keys()
    {
        var plant = await host.PlantAsync();
        var address = await RecordAsync(plant);
        var stranger = await host.PlantAsync();

        var receipt = await host.GetAsync(plant.Key, $"{address}/receipt");

        (receipt.Status, receipt.MediaType).ShouldBe((200, "application/jose"));
        receipt.Body.Split('.').Length.ShouldBe(3);
        (await host.GetAsync(stranger.Key, $"{address}/receipt")).ShouldBe(404, "execution.not_found");
        (await host.GetAsync(null, $"{address}/receipt")).ShouldBe(401, "api_key.invalid");
    }

    private async Task<string> RecordAsync(Plant plant) =>
        (await host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference = "run" })).Headers["Location"];

    private Task<Answer> ReverseAsync(string? key, string address, string body = """{ "reason": "Ran by mistake" }""") =>
        host.SendAsync(HttpMethod.Post, $"{address}/reversal", key, body);
}
