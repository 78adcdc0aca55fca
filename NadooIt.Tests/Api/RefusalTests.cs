using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Tests.Api;

/// <summary>Every row of the table of errors, each beside a request that goes through.</summary>
public sealed class RefusalTests(ApiHost host) : IClassFixture<ApiHost>
{
    private int number;

    [Fact]
    public async Task No_unknown_mistyped_revoked_and_expired_keys_get_one_answer()
    {
        var plant = await host.PlantAsync();
        var expired = await host.KeyAsync(plant.Customer.Id, plant.Owner.Id, [Ability.RunPrograms], life: TimeSpan.FromSeconds(1));
        var revoked = await host.KeyAsync(plant.Customer.Id, plant.Owner.Id, [Ability.RunPrograms]);
        (await host.RecordAsync(revoked.Secret, Body(plant))).Status.ShouldBe(201);
        (await host.RecordAsync(expired.Secret, Body(plant))).Status.ShouldBe(201);
        await RevokeAsync(revoked.Id);
        host.Database.Clock.Advance(TimeSpan.FromSeconds(2));

        var answers = new List<Answer>();
        foreach (var key in new[] { null, "", "x", ApiKeySecret.Create().Text, plant.Key + "x", plant.Key[..^1] + "!", revoked.Secret, expired.Secret })
        {
            answers.Add(await host.RecordAsync(key, Body(plant)));
            answers.Add(await host.GetAsync(key, "/api/v1/me"));
            answers.Add(await host.GetAsync(key, "/api/v1/executions"));
        }

        foreach (var answer in answers)
        {
            answer.ShouldBe(401, "api_key.invalid");
            answer.Headers["WWW-Authenticate"].ShouldStartWith("Bearer");
            answer.Text("detail").ShouldBe(answers[0].Text("detail"));
        }

        (await host.RecordAsync(plant.Key, Body(plant))).Status.ShouldBe(201);
    }

    [Fact]
    public async Task The_key_counts_only_in_the_header()
    {
        var plant = await host.PlantAsync();

        (await host.SendAsync(HttpMethod.Post, $"/api/v1/executions?access_token={plant.Key}", null, JsonSerializer.Serialize(Body(plant)))).ShouldBe(401, "api_key.invalid");
    }

    [Fact]
    public async Task A_foreign_customer_program_is_as_unknown_as_one_that_does_not_exist()
    {
        var (mine, foreign) = (await host.PlantAsync(), await host.PlantAsync());

        var unknown = await host.RecordAsync(mine.Key, new { customerProgramId = Guid.Empty, reference = "r" });
        var outside = await host.RecordAsync(mine.Key, new { customerProgramId = foreign.Program.Id.Value, reference = "r" });

        unknown.ShouldBe(404, "customer_program.not_found");
        outside.ShouldBe(404, "customer_program.not_found");
        Without(outside.Body, "traceId").ShouldBe(Without(unknown.Body, "traceId"));
    }

    [Fact]
    public async Task A_key_that_is_limited_to_some_programs_knows_no_other()
    {
        var plant = await host.PlantAsync();
        var other = await host.Landscape.CustomerProgramAsync(plant.Customer.Id);
        var limited = await host.KeyAsync(plant.Customer.Id, plant.Owner.Id, [Ability.RunPrograms], [plant.Program.Id]);

        (await host.RecordAsync(limited.Secret, Body(plant))).Status.ShouldBe(201);
        (await host.RecordAsync(limited.Secret, new { customerProgramId = other.Id.Value, reference = "r" })).ShouldBe(404, "customer_program.not_found");
        (await host.RecordAsync(plant.Key, new { customerProgramId = other.Id.Value, reference = "r" })).Status.ShouldBe(201);
        (await host.GetAsync(limited.Secret, "/api/v1/customer-programs")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await host.GetAsync(plant.Key, "/api/v1/customer-programs")).Json.GetProperty("items").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task An_ended_contract_refuses_at_once()
    {
        var plant = await host.PlantAsync();
        (await host.RecordAsync(plant.Key, Body(plant))).Status.ShouldBe(201);

        await host.Landscape.EndAsync(plant.Employment);

        (await host.RecordAsync(plant.Key, Body(plant))).ShouldBe(403, "contract.not_running");
        (await host.GetAsync(plant.Key, "/api/v1/executions")).ShouldBe(403, "contract.not_running");
        (await host.GetAsync(plant.Key, "/api/v1/customer-programs")).ShouldBe(403, "contract.not_running");
    }

    [Fact]
    public async Task A_deactivated_owner_takes_his_keys_with_him()
    {
        var plant = await host.PlantAsync();
        (await host.RecordAsync(plant.Key, Body(plant))).Status.ShouldBe(201);
        await using (var db = host.Database.Open())
        {
            var owner = (await db.People.FindAsync(plant.Owner.Id))!;
            owner.Deactivate(host.Database.Clock.GetUtcNow());
            await db.SaveChangesAsync();
        }

        (await host.RecordAsync(plant.Key, Body(plant))).ShouldBe(401, "api_key.invalid");
        (await host.GetAsync(plant.Key, "/api/v1/me")).ShouldBe(401, "api_key.invalid");
    }

    [Fact]
    public async Task An_inactive_customer_program_is_a_conflict()
    {
        var plant = await host.PlantAsync();
        await using (var db = host.Database.Open())
        {
            var program = (await db.CustomerPrograms.FindAsync(plant.Program.Id))!;
            program.Deactivate(host.Database.Clock.GetUtcNow());
            await db.SaveChangesAsync();
        }

        (await host.RecordAsync(plant.Key, Body(plant))).ShouldBe(409, "customer_program.inactive");
    }

    [Fact]
    public async Task A_key_without_the_ability_is_refused()
    {
        var plant = await host.PlantAsync(abilities: [Ability.ViewExecutions], held: [Ability.ViewExecutions]);

        (await host.RecordAsync(plant.Key, Body(plant))).ShouldBe(403, "access.denied");
        (await host.GetAsync(plant.Key, $"/api/v1/time-accounts/{plant.Account}")).ShouldBe(403, "access.denied");
        (await host.GetAsync(plant.Key, "/api/v1/executions")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("\"90\"")]
    [InlineData("\"abc\"")]
    [InlineData("true")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("86401")]
    [InlineData("1000000000000")]
    [InlineData("1e400")]
    [InlineData("99999999999999999999999999")]
    public async Task Saved_time_that_is_no_acceptable_whole_number_is_refused(string value)
    {
        var plant = await host.PlantAsync();

        var answer = await host.SendAsync(
            HttpMethod.Post, "/api/v1/executions", plant.Key, $$"""{"customerProgramId":"{{plant.Program.Id}}","reference":"r","timeSavedSeconds":{{value}}}""");

        answer.ShouldBe(422, "execution.time_saved_invalid", "timeSavedSeconds");
    }

    [Fact]
    public async Task Saved_time_that_is_missing_without_a_default_is_refused()
    {
        var plant = await host.PlantAsync(savedPerExecution: 0);

        (await host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference = "r" })).ShouldBe(422, "execution.time_saved_invalid", "timeSavedSeconds");
        (await host.RecordAsync(plant.Key, Body(plant))).Status.ShouldBe(201);
    }

    [Theory]
    [InlineData("""{}""", "customerProgramId", "reference")]
    [InlineData("""{"customerProgramId":"PROGRAM"}""", "reference")]
    [InlineData("""{"customerProgramId":"x","reference":"r"}""", "customerProgramId")]
    [InlineData("""{"customerProgramId":7,"reference":["r"]}""", "customerProgramId", "reference")]
    [InlineData("""{"customerProgramId":"PROGRAM","reference":""}""", "reference")]
    [InlineData("""{"customerProgramId":"PROGRAM","reference":"a\u0000b"}""", "reference")]
    [InlineData("""{"customerProgramId":"PROGRAM","reference":"\ud800"}""", "reference")]
    [InlineData("""{"customerProgramId":"PROGRAM","reference":"r","reference":"s"}""", "reference")]
    [InlineData("""{"customerProgramId":"PROGRAM","reference":"r","colour":"red"}""", "colour")]
    [InlineData("""{"customerProgramId":"PROGRAM","reference":"r","occurredAt":"yesterday"}""", "occurredAt")]
    [InlineData("""{"customerProgramId":"PROGRAM","reference":"r","occurredAt":"2026-11-20T09:00:00"}""", "occurredAt")]
    [InlineData("""{"customerProgramId":"PROGRAM","reference":"r","occurredAt":"2026-02-30T09:00:00Z"}""", "occurredAt")]
    [InlineData("""{"customerProgramId":"PROGRAM","reference":"r","occurredAt":"2999-01-01T00:00:00Z"}""", "occurredAt")]
    [InlineData("""{"customerProgramId":"PROGRAM","reference":"r","occurredAt":"0001-01-01T00:00:00+14:00"}""", "occurredAt")]
    [InlineData("""{"customerProgramId":"PROGRAM","reference":"r","orderReference":""}""", "orderReference")]
    [InlineData("""{"customerProgramId":"PROGRAM","reference":"LONG"}""", "reference")]
    [InlineData("""[]""", "body")]
    [InlineData("""null""", "body")]
    public async Task A_field_that_is_wrong_is_named_with_its_reason(string body, params string[] fields)
    {
        var plant = await host.PlantAsync();
        var text = body.Replace("PROGRAM", plant.Program.Id.ToString(), StringComparison.Ordinal).Replace("LONG", new string('x', 101), StringComparison.Ordinal);

        var answer = await host.SendAsync(HttpMethod.Post, "/api/v1/executions", plant.Key, text);

        answer.ShouldBe(422, "request.invalid");
        answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(fields, ignoreOrder: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("customerProgramId=1")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{} {}")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[")]
    public async Task What_is_no_JSON_is_malformed(string body)
    {
        var plant = await host.PlantAsync();

        (await host.SendAsync(HttpMethod.Post, "/api/v1/executions", plant.Key, body)).ShouldBe(400, "request.malformed");
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_and_one_that_just_fits_is_read()
    {
        var plant = await host.PlantAsync();
        string Padded(int length)
        {
            var start = $$"""{"customerProgramId":"{{plant.Program.Id}}","reference":"r{{++number}}"}""";
            return start + new string(' ', length - start.Length);
        }

        (await host.SendAsync(HttpMethod.Post, "/api/v1/executions", plant.Key, Padded(64 * 1024))).Status.ShouldBe(201);
        (await host.SendAsync(HttpMethod.Post, "/api/v1/executions", plant.Key, Padded((64 * 1024) + 1))).ShouldBe(413, "request.too_large");
        (await host.SendAsync(HttpMethod.Post, "/api/v1/executions/batch", plant.Key, new string(' ', (4 * 1024 * 1024) + 1))).ShouldBe(413, "request.too_large");
    }

    [Theory]
    [InlineData("/api/v1/executions/abc", "id")]
    [InlineData("/api/v1/executions?limit=0", "limit")]
    [InlineData("/api/v1/executions?limit=201", "limit")]
    [InlineData("/api/v1/executions?limit=ten", "limit")]
    [InlineData("/api/v1/executions?limit=1&limit=2", "limit")]
    [InlineData("/api/v1/executions?cursor=%3D", "cursor")]
    [InlineData("/api/v1/executions?cursor=abcd", "cursor")]
    [InlineData("/api/v1/executions?from=now", "from")]
    [InlineData("/api/v1/executions?to=2026-13-01", "to")]
    [InlineData("/api/v1/executions?status=lost", "status")]
    [InlineData("/api/v1/executions?customerProgramId=1", "customerProgramId")]
    [InlineData("/api/v1/executions?colour=red", "colour")]
    public async Task An_address_that_is_wrong_is_named_with_its_reason(string address, string field)
    {
        var plant = await host.PlantAsync();

        (await host.GetAsync(plant.Key, address)).ShouldBe(422, "request.invalid", field);
    }

    [Fact]
    public async Task Unknown_addresses_and_methods_are_problems_too()
    {
        var plant = await host.PlantAsync();

        (await host.GetAsync(plant.Key, "/api/v1/nothing")).ShouldBe(404, "route.not_found");
        (await host.GetAsync(null, "/api/nothing")).ShouldBe(404, "route.not_found");
        (await host.SendAsync(HttpMethod.Delete, "/api/v1/executions", plant.Key)).ShouldBe(405, "request.method_not_allowed");
        (await host.GetAsync(plant.Key, $"/api/v1/executions/{Guid.Empty}")).ShouldBe(404, "execution.not_found");
        var reading = await host.GetAsync(plant.Key, $"/api/v1/executions/{Guid.Empty}/reversal");
        reading.ShouldBe(405, "request.method_not_allowed");
        reading.Headers["Allow"].ShouldBe("POST");
        (await host.SendAsync(HttpMethod.Post, "/api/v1/me", plant.Key, "{}")).ShouldBe(405, "request.method_not_allowed");
    }

    [Fact]
    public async Task The_text_follows_the_language_and_is_German_when_none_is_asked_for()
    {
        var german = await host.SendAsync(HttpMethod.Get, "/api/v1/me", null, language: "");
        var english = await host.SendAsync(HttpMethod.Get, "/api/v1/me", null, language: "en-GB");

        german.Text("title")!.ShouldContain("Schlüssel");
        english.Text("title")!.ShouldContain("key");
    }

    [Fact]
    public async Task Whatever_is_sent_is_never_answered_with_a_server_error()
    {
        var plant = await host.PlantAsync();
        var bodies = Bodies(plant).Sample(300, 20).ToList();

        foreach (var body in bodies)
        {
            var answer = await host.SendAsync(HttpMethod.Post, number++ % 2 == 0 ? "/api/v1/executions" : "/api/v1/executions/batch", plant.Key, body);
            answer.Status.ShouldBeLessThan(500, $"{body}\n{answer.Body}");
        }
    }

    private static Gen<string> Bodies(Plant plant)
    {
        var texts = Gen.Elements("", "r", "\u0000", "😀", "\\ud800", "\\udfff", new string('ß', 100), new string('x', 101), "' OR 1=1 --", plant.Program.Id.ToString(), "2026-11-20T09:00:00Z", "-infinity")
            .Select(text => $"\"{text.Replace("\u0000", "\\u0000", StringComparison.Ordinal)}\"");
        var numbers = Gen.Elements("0", "-0", "1", "90", "90.0", "9e1", "1e999", "-1", "0.5", "9223372036854775807", "9223372036854775808", "1e28");
        var values = Gen.OneOf(texts, numbers, Gen.Elements("null", "true", "[]", "{}", "[[]]", "{\"a\":{}}"));
        var names = Gen.Elements("customerProgramId", "reference", "timeSavedSeconds", "occurredAt", "orderReference", "items", "\\ud800", "x");
        var field = from name in names from value in values select $"\"{name}\":{value}";
        var program = $"\"customerProgramId\":\"{plant.Program.Id}\",\"reference\":\"f\"";
        var item = from fields in field.ListOf() select $"{{{string.Join(",", fields)}}}";
        var nearly = from fields in field.NonEmptyListOf() select $"{{{program},{string.Join(",", fields)}}}";
        var batch = from items in Gen.OneOf(item, nearly).ListOf() select $"{{\"items\":[{string.Join(",", items)}]}}";
        var cut = from whole in nearly from length in Gen.Choose(0, whole.Length) select whole[..length];
        return Gen.OneOf(item, nearly, batch, cut, values);
    }

    private object Body(Plant plant) => new { customerProgramId = plant.Program.Id.Value, reference = $"r{++number}", timeSavedSeconds = 60 };

    private async Task RevokeAsync(ApiKeyId id)
    {
        await using var db = host.Database.Open();
        var key = (await db.ApiKeys.FindAsync(id))!;
        key.Revoke(key.OwnerId, host.Database.Clock.GetUtcNow());
        await db.SaveChangesAsync();
    }

    private static string Without(string json, string name) =>
        string.Join(";", JsonDocument.Parse(json).RootElement.EnumerateObject().Where(property => property.Name != name).Select(property => property.ToString()));
}
