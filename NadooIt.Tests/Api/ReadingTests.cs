using NadooIt.Domain.Hr;

namespace NadooIt.Tests.Api;

public sealed class ReadingTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Part_by_part_every_execution_is_read_once_newest_first()
    {
        var plant = await host.PlantAsync();
        for (var number = 0; number < 23; number++)
        {
            // Several at the same moment, so that the order needs more than the time.
            await host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference = $"r{number}", occurredAt = $"2026-11-20T09:0{number / 5}:00Z" });
        }

        var (seen, times, cursor) = (new List<string>(), new List<string>(), (string?)"");
        while (cursor is not null)
        {
            var part = await host.GetAsync(plant.Key, $"/api/v1/executions?limit=5{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}");
            part.Status.ShouldBe(200, part.Body);
            var items = part.Json.GetProperty("items").EnumerateArray().ToList();
            items.Count.ShouldBeLessThanOrEqualTo(5);
            seen.AddRange(items.Select(item => item.GetProperty("reference").GetString()!));
            times.AddRange(items.Select(item => item.GetProperty("occurredAt").GetString()!));
            cursor = part.Text("nextCursor");
        }

        seen.ShouldBe(Enumerable.Range(0, 23).Select(number => $"r{number}"), ignoreOrder: true);
        times.ShouldBe(times.OrderByDescending(time => time, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Filters_leave_out_what_was_not_asked_for()
    {
        var plant = await host.PlantAsync(prepaid: 60);
        var other = await host.Landscape.CustomerProgramAsync(plant.Customer.Id);
        await host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference = "covered", occurredAt = "2026-11-01T10:00:00Z" });
        await host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference = "billed", occurredAt = "2026-11-02T10:00:00Z" });
        await host.RecordAsync(plant.Key, new { customerProgramId = other.Id.Value, reference = "other", occurredAt = "2026-11-03T10:00:00Z" });

        (await ReferencesAsync(plant, "")).ShouldBe(["other", "billed", "covered"]);
        (await ReferencesAsync(plant, "?status=paid")).ShouldBe(["covered"]);
        (await ReferencesAsync(plant, $"?customerProgramId={other.Id}")).ShouldBe(["other"]);
        (await ReferencesAsync(plant, "?from=2026-11-02")).ShouldBe(["other", "billed"]);
        (await ReferencesAsync(plant, "?from=2026-11-01T10:00:00Z&to=2026-11-02T10:00:00Z")).ShouldBe(["covered"]);
    }

    [Fact]
    public async Task A_key_sees_its_own_executions_and_with_the_ability_all_of_its_customer()
    {
        var plant = await host.PlantAsync(held: [Ability.ViewExecutions]);
        var second = await host.KeyAsync(plant.Customer.Id, plant.Owner.Id, [Ability.RunPrograms]);
        var viewing = await host.KeyAsync(plant.Customer.Id, plant.Owner.Id, [Ability.RunPrograms, Ability.ViewExecutions]);
        var foreign = await host.PlantAsync(abilities: [Ability.RunPrograms, Ability.ViewExecutions], held: [Ability.ViewExecutions]);
        var recorded = await host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference = "r" });

        (await host.GetAsync(plant.Key, recorded.Headers["Location"])).Status.ShouldBe(200);
        (await host.GetAsync(viewing.Secret, recorded.Headers["Location"])).Status.ShouldBe(200);
        (await host.GetAsync(second.Secret, recorded.Headers["Location"])).ShouldBe(404, "execution.not_found");
        (await host.GetAsync(foreign.Key, recorded.Headers["Location"])).ShouldBe(404, "execution.not_found");
        (await host.GetAsync(second.Secret, "/api/v1/executions")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await host.GetAsync(viewing.Secret, "/api/v1/executions")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Customer_programs_show_the_present_rate_and_balance()
    {
        var plant = await host.PlantAsync(fixedPrice: null, prepaid: 500);
        await host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference = "r", timeSavedSeconds = 6 * 3600 });

        var program = (await host.GetAsync(plant.Key, "/api/v1/customer-programs?limit=1")).Json.GetProperty("items")[0];

        program.GetProperty("priceMode").GetString().ShouldBe("dynamic");
        program.GetProperty("pricePerSecond").GetProperty("amount").GetString().ShouldBe("0.055556");
        program.GetProperty("timeBalanceSeconds").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task A_statement_leads_from_the_opening_to_the_closing_balance()
    {
        var plant = await host.PlantAsync(prepaid: 1000, abilities: [Ability.RunPrograms, Ability.ViewTimeAccounts], held: [Ability.ViewTimeAccounts]);
        foreach (var number in Enumerable.Range(0, 5))
        {
            await host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference = $"r{number}", timeSavedSeconds = 100 });
        }

        var account = await host.GetAsync(plant.Key, $"/api/v1/time-accounts/{plant.Account}");
        account.Number("balanceSeconds").ShouldBe(500);
        var (lines, cursor) = (new List<long>(), (string?)"");
        while (cursor is not null)
        {
            var part = await host.GetAsync(plant.Key, $"/api/v1/time-accounts/{plant.Account}/statement?limit=2{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}");
            (part.Number("openingSeconds"), part.Number("closingSeconds")).ShouldBe((0, 500));
            lines.AddRange(part.Json.GetProperty("items").EnumerateArray().Select(line => line.GetProperty("amountSeconds").GetInt64()));
            cursor = part.Text("nextCursor");
        }

        lines.ShouldBe([1000, -100, -100, -100, -100, -100]);
        var stranger = await host.PlantAsync(abilities: [Ability.ViewTimeAccounts], held: [Ability.ViewTimeAccounts]);
        (await host.GetAsync(stranger.Key, $"/api/v1/time-accounts/{plant.Account}")).ShouldBe(404, "time_account.not_found");
    }

    [Fact]
    public async Task Me_says_whose_key_this_is_and_what_it_may_do_right_now()
    {
        var plant = await host.PlantAsync(abilities: [Ability.RunPrograms, Ability.ViewExecutions]);

        var me = await host.GetAsync(plant.Key, "/api/v1/me");

        me.Json.GetProperty("owner").GetProperty("id").GetString().ShouldBe(plant.Owner.Id.ToString());
        me.Json.GetProperty("customers")[0].GetProperty("id").GetString().ShouldBe(plant.Customer.Id.ToString());
        me.Json.GetProperty("abilities").EnumerateArray().Select(ability => ability.GetString()).ShouldBe(["run_programs"]);
        me.Headers.ShouldContainKey("RateLimit-Remaining");
        me.Body.ShouldNotContain(plant.Key);
    }

    [Fact]
    public async Task The_description_names_every_route_its_problems_and_the_key()
    {
        var document = (await host.ContractAsync()).Root;

        document.GetProperty("openapi").GetString()!.ShouldStartWith("3.1");
        document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ShouldBe(
            [
                "/api/v1/executions", "/api/v1/executions/batch", "/api/v1/executions/{id}", "/api/v1/executions/{id}/receipt", "/api/v1/executions/{id}/reversal", "/api/v1/customer-programs",
                "/api/v1/orders", "/api/v1/orders/{id}/completion", "/api/v1/orders/{id}/cancellation",
                "/api/v1/time-accounts/{id}", "/api/v1/time-accounts/{id}/statement", "/api/v1/me", "/health/live", "/health/ready",
            ],
            ignoreOrder: true);
        document.GetProperty("components").GetProperty("securitySchemes").GetProperty("apiKey").GetProperty("scheme").GetString().ShouldBe("bearer");
        var record = document.GetProperty("paths").GetProperty("/api/v1/executions").GetProperty("post");
        record.GetProperty("responses").EnumerateObject().Select(response => response.Name)
            .ShouldBe(["200", "201", "400", "401", "403", "404", "409", "413", "422", "429", "500", "503"], ignoreOrder: true);
        record.GetProperty("security").GetArrayLength().ShouldBe(1);
    }

    private async Task<IEnumerable<string?>> ReferencesAsync(Plant plant, string query) =>
        (await host.GetAsync(plant.Key, "/api/v1/executions" + query)).Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("reference").GetString());
}
