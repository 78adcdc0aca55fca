using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.ApiKeys;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Api;

/// <summary>Each row of the tables in reference section 4.4, with the defects that spec/http-api.md corrects.</summary>
public sealed class OldApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Record = "/api/executions";
    private const string Check = "/api/users/check";
    private const string InvalidRequest = """{"error":"Invalid request"}""";
    private const string Created = """{"success":"Execution created"}""";

    private readonly Landscape landscape = host.Landscape;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_execution_is_recorded_from_a_form_and_from_json(bool asJson)
    {
        var plant = await host.PlantAsync(prepaid: 60);

        var (status, body) = await SendAsync(Record, Fields(plant, ("time_saved", "90")), asJson);

        (status, body).ShouldBe((200, Created));
        await using var db = host.Database.Open();
        var execution = await db.Executions.SingleAsync(found => found.CustomerProgramId == plant.Program.Id);
        (execution.Saved.Value, execution.Prepaid.Value, execution.Price.Amount, execution.ApiKeyId, execution.PersonId)
            .ShouldBe((90, 60, 0.30m, plant.KeyId, plant.Owner.Id));
    }

    [Fact]
    public async Task Without_a_reference_each_call_is_new_and_with_one_it_counts_once()
    {
        var plant = await host.PlantAsync();

        await ShouldAnswerAsync(Record, Fields(plant), 200, Created);
        await ShouldAnswerAsync(Record, Fields(plant), 200, Created);
        (await CountAsync(plant)).ShouldBe(2);

        await ShouldAnswerAsync(Record, Fields(plant, ("reference", "run-1")), 200, Created);
        await ShouldAnswerAsync(Record, Fields(plant, ("reference", "run-1")), 200, Created);
        await ShouldAnswerAsync(Record, Fields(plant, ("reference", "run-1"), ("time_saved", "61")), 400, InvalidRequest);
        (await CountAsync(plant)).ShouldBe(3);
    }

    [Fact]
    public async Task No_or_0_seconds_mean_the_default()
    {
        var plant = await host.PlantAsync(savedPerExecution: 45);

        await ShouldAnswerAsync(Record, Fields(plant), 200, Created);
        await ShouldAnswerAsync(Record, Fields(plant, ("time_saved", "0")), 200, Created);

        await using var db = host.Database.Open();
        (await db.Executions.Where(found => found.CustomerProgramId == plant.Program.Id).Select(found => found.Saved).ToListAsync())
            .ShouldBe([new Seconds(45), new Seconds(45)]);
    }

    [Theory]
    [InlineData("\"abc\"")]
    [InlineData("\"1.5\"")]
    [InlineData("\"\"")]
    [InlineData("1.9")]
    [InlineData("true")]
    [InlineData("-5")]
    [InlineData("\"-500\"")]
    [InlineData("86401")]
    [InlineData("1000000000000")]
    [InlineData("1e300")]
    [InlineData("[60]")]
    [InlineData("\"60\\u0000\"")]
    public async Task A_time_saved_that_is_no_acceptable_whole_number_is_an_invalid_request(string timeSaved)
    {
        var plant = await host.PlantAsync();
        var body = JsonSerializer.Serialize(Fields(plant)).TrimEnd('}') + $",\"time_saved\":{timeSaved}}}";

        var (status, answer) = await PostAsync(Record, new StringContent(body, Encoding.UTF8, "application/json"));

        (status, answer).ShouldBe((400, InvalidRequest));
        (await CountAsync(plant)).ShouldBe(0);
    }

    [Fact]
    public async Task A_program_without_a_default_refuses_a_call_without_seconds()
    {
        var plant = await host.PlantAsync(savedPerExecution: 0);

        await ShouldAnswerAsync(Record, Fields(plant), 400, InvalidRequest);
        await ShouldAnswerAsync(Record, Fields(plant, ("time_saved", "60")), 200, Created);
    }

    [Fact]
    public async Task A_missing_key_or_a_body_that_is_no_object_is_an_invalid_request()
    {
        var plant = await host.PlantAsync();

        await ShouldAnswerAsync(Record, Fields(plant, ("NADOOIT__API_KEY", null)), 400, InvalidRequest);
        foreach (var body in new[] { "[]", "\"text\"", "7" })
        {
            (await PostAsync(Record, new StringContent(body, Encoding.UTF8, "application/json"))).ShouldBe((400, InvalidRequest));
        }

        (await PostAsync(Record, null)).ShouldBe((400, InvalidRequest));
    }

    [Fact]
    public async Task A_key_that_is_unknown_revoked_or_expired_is_no_key()
    {
        var plant = await host.PlantAsync();
        var expired = await host.KeyAsync(plant.Customer.Id, plant.Owner.Id, [Ability.RunPrograms], life: TimeSpan.FromTicks(1));
        host.Database.Clock.Advance(TimeSpan.FromSeconds(1));
        const string answer = """{"error":"Invalid API Key"}""";

        await ShouldAnswerAsync(Record, Fields(plant, ("NADOOIT__API_KEY", "9b2f2cf6-8f3d-4d5c-a1f6-0f6b7f0f9a11")), 403, answer);
        await ShouldAnswerAsync(Record, Fields(plant, ("NADOOIT__API_KEY", expired.Secret)), 403, answer);
        await ShouldAnswerAsync(Record, Fields(plant), 200, Created);
        await RevokeAsync(plant.KeyId);
        await ShouldAnswerAsync(Record, Fields(plant), 403, answer);
    }

    [Fact]
    public async Task The_user_code_has_to_be_that_of_the_keys_owner()
    {
        var plant = await host.PlantAsync();
        const string answer = """{"error":"User code is not valid"}""";

        await ShouldAnswerAsync(Record, Fields(plant, ("NADOOIT__USER_CODE", (await landscape.EmployeeAsync(plant.Customer.Id)).UserCode.Display)), 403, answer);
        await ShouldAnswerAsync(Record, Fields(plant, ("NADOOIT__USER_CODE", null)), 403, answer);
        await ShouldAnswerAsync(Record, Fields(plant, ("NADOOIT__USER_CODE", plant.Owner.UserCode.Display.ToLowerInvariant())), 200, Created);
    }

    [Fact]
    public async Task A_deactivated_owner_is_refused_everywhere()
    {
        var plant = await host.PlantAsync();
        await landscape.DeactivateAsync(plant.Owner.Id);
        const string answer = """{"error":"User is not active"}""";

        await ShouldAnswerAsync(Record, Fields(plant), 403, answer);
        await ShouldAnswerAsync(Check, CheckFields(plant, plant.Owner), 403, answer);
    }

    [Fact]
    public async Task A_program_id_that_is_missing_or_no_uuid_is_an_invalid_request()
    {
        var plant = await host.PlantAsync();

        await ShouldAnswerAsync(Record, Fields(plant, ("program_id", null)), 400, InvalidRequest);
        await ShouldAnswerAsync(Record, Fields(plant, ("program_id", "seven")), 400, InvalidRequest);
    }

    [Fact]
    public async Task An_unknown_or_inactive_program_does_not_exist()
    {
        var plant = await host.PlantAsync();
        const string answer = """{"error":"Program does not exist"}""";

        await ShouldAnswerAsync(Record, Fields(plant, ("program_id", NewId.At<ApiKeyId>(host.Database.Clock.GetUtcNow()).ToString())), 400, answer);
        await ShouldAnswerAsync(Record, Fields(plant), 200, Created);
        await using (var db = host.Database.Open())
        {
            (await db.CustomerPrograms.SingleAsync(found => found.Id == plant.Program.Id)).Deactivate(host.Database.Clock.GetUtcNow());
            await db.SaveChangesAsync();
        }

        await ShouldAnswerAsync(Record, Fields(plant), 400, answer);
    }

    [Fact]
    public async Task A_key_that_is_limited_to_other_programs_does_not_find_this_one()
    {
        var plant = await host.PlantAsync();
        var other = await landscape.CustomerProgramAsync(plant.Customer.Id, 0.01m, 60, plant.Account);
        var key = await host.KeyAsync(plant.Customer.Id, plant.Owner.Id, [Ability.RunPrograms], [other.Id]);

        await ShouldAnswerAsync(Record, Fields(plant, ("NADOOIT__API_KEY", key.Secret)), 400, """{"error":"Program does not exist"}""");
        await ShouldAnswerAsync(Record, Fields(plant, ("NADOOIT__API_KEY", key.Secret), ("program_id", other.Id.ToString())), 200, Created);
    }

    [Fact]
    public async Task Without_a_running_contract_nothing_is_recorded()
    {
        var plant = await host.PlantAsync();
        var foreign = await host.PlantAsync();
        const string answer = """{"error":"User is not an employee of the company"}""";

        await ShouldAnswerAsync(Record, Fields(plant, ("program_id", foreign.Program.Id.ToString())), 400, answer);
        await ShouldAnswerAsync(Record, Fields(plant), 200, Created);
        await landscape.EndAsync(plant.Employment);
        await ShouldAnswerAsync(Record, Fields(plant), 400, answer);
        await ShouldAnswerAsync(Check, CheckFields(plant, plant.Owner), 400, answer);
    }

    [Fact]
    public async Task A_program_without_a_time_account_is_an_invalid_request()
    {
        var plant = await host.PlantAsync();
        var bare = await landscape.CustomerProgramAsync(plant.Customer.Id);

        await ShouldAnswerAsync(Record, Fields(plant, ("program_id", bare.Id.ToString())), 400, InvalidRequest);
    }

    [Fact]
    public async Task What_the_framework_answered_has_a_detail_and_another_shape()
    {
        foreach (var (content, expected) in new[]
        {
            (new StringContent("{", Encoding.UTF8, "application/json"), 400),
            (new StringContent("key", Encoding.UTF8, "text/plain"), 415),
            (new StringContent(new string('a', 70_000), Encoding.UTF8, "application/json"), 413),
        })
        {
            var (status, body) = await PostAsync(Record, content);
            status.ShouldBe(expected);
            JsonDocument.Parse(body).RootElement.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        }

        foreach (var address in new[] { Record, Check })
        {
            using var read = await host.Http.GetAsync(new Uri(address, UriKind.Relative));
            (read.StatusCode, string.Join(',', read.Content.Headers.Allow)).ShouldBe((HttpStatusCode.MethodNotAllowed, "POST"));
        }

        (await PostAsync(Check, new StringContent("{", Encoding.UTF8, "application/json"))).ShouldBe((400, InvalidRequest));
        (await PostAsync(Check, new StringContent("key", Encoding.UTF8, "text/plain"))).ShouldBe((400, InvalidRequest));
    }

    [Fact]
    public async Task Somebody_who_works_where_the_caller_works_is_found()
    {
        var plant = await host.PlantAsync();
        var colleague = await landscape.PersonAsync();
        var contract = await landscape.EmployAsync(plant.Customer.Id, colleague.Id);

        await ShouldAnswerAsync(Check, CheckFields(plant, colleague), 200, """{"success":"User to check is active"}""");
        await landscape.EndAsync(contract);
        await ShouldAnswerAsync(Check, CheckFields(plant, colleague), 400, """{"success":"User to check is not active"}""");
    }

    [Fact]
    public async Task A_deactivated_colleague_is_told_as_not_active()
    {
        var plant = await host.PlantAsync();
        var colleague = await landscape.EmployeeAsync(plant.Customer.Id);
        await landscape.DeactivateAsync(colleague.Id);

        await ShouldAnswerAsync(Check, CheckFields(plant, colleague), 400, """{"success":"User to check is not active"}""");
    }

    [Fact]
    public async Task Of_people_elsewhere_it_says_the_same_as_of_nobody()
    {
        var plant = await host.PlantAsync();
        var elsewhere = await landscape.EmployeeAsync((await landscape.CustomerAsync()).Id);
        const string answer = """{"error":"User does not exist"}""";

        await ShouldAnswerAsync(Check, CheckFields(plant, elsewhere), 400, answer);
        await ShouldAnswerAsync(Check, CheckFields(plant, plant.Owner, UserCode.Create().Display), 400, answer);
        await ShouldAnswerAsync(Check, CheckFields(plant, plant.Owner, "?"), 400, answer);
        await ShouldAnswerAsync(Check, CheckFields(plant, plant.Owner), 200, """{"success":"User to check is active"}""");
    }

    [Fact]
    public async Task The_check_has_words_of_its_own_for_the_caller()
    {
        var plant = await host.PlantAsync();
        var fields = CheckFields(plant, plant.Owner);

        foreach (var name in fields.Keys)
        {
            await ShouldAnswerAsync(Check, fields.Where(field => field.Key != name).ToDictionary(), 400, InvalidRequest);
        }

        await ShouldAnswerAsync(Check, With(fields, ("NADOOIT__API_KEY", NewId.At<ApiKeyId>(host.Database.Clock.GetUtcNow()).ToString())), 400, InvalidRequest);
        await ShouldAnswerAsync(Check, With(fields, ("NADOOIT__USER_CODE", "Ab12Cd")), 403, """{"error":"Your User code is not valid"}""");
        await RevokeAsync(plant.KeyId);
        await ShouldAnswerAsync(Check, fields, 403, """{"error":"Your API Key is not valid"}""");
    }

    [Fact]
    public async Task An_imported_key_works_at_every_customer_of_its_owner_and_in_the_old_api_only()
    {
        var plant = await host.PlantAsync();
        var second = await host.PlantAsync();
        await landscape.EmployAsync(second.Customer.Id, plant.Owner.Id);
        const string old = "0d1f44a5-6f0e-4d1c-9b73-5d3e6a1c8f02";
        var import = await host.Database.AsTouchedAsync<ImportOldApiKey>(landscape.Administrator.Id);

        var output = await import.RunAsync(new(plant.Owner.UserCode.Display, Convert.ToHexStringLower(OldApiKey.HashOf(old)), "Till"), CancellationToken.None);

        output.Customers.ShouldBe([plant.Customer.Name, second.Customer.Name], ignoreOrder: true);
        await ShouldAnswerAsync(Record, Fields(plant, ("NADOOIT__API_KEY", old)), 200, Created);
        await ShouldAnswerAsync(Record, Fields(plant, ("NADOOIT__API_KEY", old), ("program_id", second.Program.Id.ToString())), 200, Created);
        await ShouldAnswerAsync(Check, With(CheckFields(plant, second.Owner), ("NADOOIT__API_KEY", old)), 200, """{"success":"User to check is active"}""");
        (await host.GetAsync(old, "/api/v1/me")).ShouldBe(401, "api_key.invalid");

        await using var db = host.Database.Open();
        var here = await db.ApiKeys.SingleAsync(key => key.Hash == OldApiKey.HashOf(old) && key.CustomerId == plant.Customer.Id);
        await RevokeAsync(here.Id);
        await ShouldAnswerAsync(Record, Fields(plant, ("NADOOIT__API_KEY", old)), 400, """{"error":"User is not an employee of the company"}""");
        await ShouldAnswerAsync(Record, Fields(plant, ("NADOOIT__API_KEY", old), ("program_id", second.Program.Id.ToString())), 200, Created);
    }

    [Fact]
    public async Task Guessing_is_held_up_and_a_good_key_beside_it_is_not()
    {
        await using var strict = new WebHostWith(host, ("Api:RefusalsPerMinute", "3"));
        await strict.InitializeAsync();
        var guessed = await host.PlantAsync();
        var good = await host.PlantAsync();
        using var http = new HttpClient { BaseAddress = strict.Address };
        Task<HttpResponseMessage> PostFieldsAsync(Dictionary<string, string> fields) => http.PostAsync(new Uri(Record, UriKind.Relative), new FormUrlEncodedContent(fields));

        // At once, so that however slow the machine is, none comes free in between.
        var wrongCodes = await Task.WhenAll(Enumerable.Range(0, 30).Select(number => PostFieldsAsync(Fields(guessed, ("NADOOIT__USER_CODE", $"Ab12{number:00}")))));
        var wrongKeys = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => PostFieldsAsync(Fields(good, ("NADOOIT__API_KEY", NewId.At<ApiKeyId>(host.Database.Clock.GetUtcNow()).ToString())))));

        foreach (var answers in new[] { wrongCodes, wrongKeys })
        {
            answers.Count(answer => answer.StatusCode == HttpStatusCode.Forbidden).ShouldBeGreaterThanOrEqualTo(3);
            var late = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
            late.ShouldNotBeEmpty();
            late[0].Headers.RetryAfter!.Delta!.Value.ShouldBe(TimeSpan.FromSeconds(20));
        }

        (await PostFieldsAsync(Fields(good))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static Dictionary<string, string> Fields(Plant plant, params (string Name, string? Value)[] other) => With(
        new(StringComparer.Ordinal)
        {
            ["NADOOIT__API_KEY"] = plant.Key,
            ["NADOOIT__USER_CODE"] = plant.Owner.UserCode.Display,
            ["program_id"] = plant.Program.Id.ToString(),
        },
        other);

    private static Dictionary<string, string> CheckFields(Plant plant, Person person, string? code = null) => new(StringComparer.Ordinal)
    {
        ["NADOOIT__API_KEY"] = plant.Key,
        ["NADOOIT__USER_CODE"] = plant.Owner.UserCode.Display,
        ["NADOOIT__USER_CODE_TO_CHECK"] = code ?? person.UserCode.Display,
    };

    private static Dictionary<string, string> With(Dictionary<string, string> fields, params (string Name, string? Value)[] other)
    {
        var result = new Dictionary<string, string>(fields, StringComparer.Ordinal);
        foreach (var (name, value) in other)
        {
            result.Remove(name);
            if (value is not null)
            {
                result[name] = value;
            }
        }

        return result;
    }

    private async Task ShouldAnswerAsync(string address, Dictionary<string, string> fields, int status, string body)
    {
        foreach (var asJson in new[] { true, false })
        {
            // What was done would be done twice, so a success is asked for once.
            if (asJson || status >= 400)
            {
                (await SendAsync(address, fields, asJson)).ShouldBe((status, body));
            }
        }
    }

    private async Task<(int Status, string Body)> SendAsync(string address, Dictionary<string, string> fields, bool asJson) => await PostAsync(
        address, asJson ? new StringContent(JsonSerializer.Serialize(fields), Encoding.UTF8, "application/json") : new FormUrlEncodedContent(fields));

    private async Task<(int Status, string Body)> PostAsync(string address, HttpContent? content)
    {
        using var response = await host.Http.PostAsync(new Uri(address, UriKind.Relative), content);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task RevokeAsync(ApiKeyId id)
    {
        await using var db = host.Database.Open();
        (await db.ApiKeys.SingleAsync(found => found.Id == id)).Revoke(landscape.Administrator.Id, host.Database.Clock.GetUtcNow());
        await db.SaveChangesAsync();
    }

    private async Task<int> CountAsync(Plant plant)
    {
        await using var db = host.Database.Open();
        return await db.Executions.CountAsync(execution => execution.CustomerProgramId == plant.Program.Id);
    }
}
