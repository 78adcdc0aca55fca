using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Budgets;
using NadooIt.Data.Statements;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Tests.Api;

public sealed class RecordingTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task An_execution_draws_prepaid_time_and_bills_the_rest()
    {
        var plant = await host.PlantAsync(prepaid: 60);

        var answer = await host.RecordAsync(plant.Key, new
        {
            customerProgramId = plant.Program.Id.Value,
            reference = "run-4711",
            timeSavedSeconds = 90,
            occurredAt = "2026-11-20T09:00:00+01:00",
            orderReference = "A-17",
        });

        answer.Status.ShouldBe(201, answer.Body);
        answer.Headers["Location"].ShouldBe($"/api/v1/executions/{answer.Text("id")}");
        answer.Text("customerProgramId").ShouldBe(plant.Program.Id.ToString());
        answer.Text("reference").ShouldBe("run-4711");
        answer.Text("orderReference").ShouldBe("A-17");
        answer.Text("occurredAt").ShouldBe("2026-11-20T08:00:00Z");
        answer.Number("timeSavedSeconds").ShouldBe(90);
        answer.Number("prepaidSeconds").ShouldBe(60);
        answer.Number("billedSeconds").ShouldBe(30);
        answer.Json.GetProperty("pricePerSecond").ToString().ShouldBe("""{"amount":"0.010000","currency":"EUR"}""");
        answer.Json.GetProperty("price").ToString().ShouldBe("""{"amount":"0.300000","currency":"EUR"}""");
        answer.Text("status").ShouldBe("not_paid");
        answer.Number("timeBalanceSeconds").ShouldBe(0);

        var read = await host.GetAsync(plant.Key, answer.Headers["Location"]);
        read.Status.ShouldBe(200);
        read.Body.ShouldBe(answer.Body);
    }

    [Fact]
    public async Task Without_a_saved_time_the_default_counts_and_covered_time_is_settled_at_once()
    {
        var plant = await host.PlantAsync(prepaid: 600, savedPerExecution: 45);

        var answer = await host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference = "a" });

        answer.Status.ShouldBe(201);
        (answer.Number("timeSavedSeconds"), answer.Text("status"), answer.Number("timeBalanceSeconds")).ShouldBe((45, "paid", 555));
    }

    [Fact]
    public async Task The_same_reference_again_answers_the_same_and_changes_nothing()
    {
        var plant = await host.PlantAsync(prepaid: 100);
        var body = new { customerProgramId = plant.Program.Id.Value, reference = "again", timeSavedSeconds = 70, occurredAt = "2026-11-20T09:00:00.1234567Z" };

        var first = await host.RecordAsync(plant.Key, body);
        host.Database.Clock.Advance(TimeSpan.FromSeconds(3));
        var second = await host.RecordAsync(plant.Key, body);

        first.Headers.ShouldNotContainKey("Idempotent-Replayed");
        second.Status.ShouldBe(200);
        second.Headers["Idempotent-Replayed"].ShouldBe("true");
        second.Body.ShouldBe(first.Body);
        (await CountAsync(plant)).ShouldBe(1);
    }

    [Fact]
    public async Task The_same_reference_with_other_content_is_a_conflict()
    {
        var plant = await host.PlantAsync();
        (await host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference = "r", timeSavedSeconds = 70 })).Status.ShouldBe(201);

        (await host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference = "r", timeSavedSeconds = 71 }))
            .ShouldBe(409, "execution.reference_conflict");
        (await CountAsync(plant)).ShouldBe(1);
    }

    [Fact]
    public async Task The_same_reference_32_times_at_once_counts_once()
    {
        var plant = await host.PlantAsync(prepaid: 90);
        var body = new { customerProgramId = plant.Program.Id.Value, reference = "at-once", timeSavedSeconds = 90 };

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => host.RecordAsync(plant.Key, body)));

        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Count(answer => answer.Status == 200).ShouldBe(31);
        answers.Select(answer => answer.Body).Distinct().ShouldHaveSingleItem();
        (await CountAsync(plant)).ShouldBe(1);
    }

    [Fact]
    public async Task The_last_prepaid_minute_covers_exactly_one_of_32()
    {
        var plant = await host.PlantAsync(prepaid: 60);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(number =>
            host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference = $"n{number}", timeSavedSeconds = 60 })));

        answers.ShouldAllBe(answer => answer.Status == 201);
        answers.Sum(answer => answer.Number("prepaidSeconds")).ShouldBe(60);
        answers.Sum(answer => answer.Number("billedSeconds")).ShouldBe(31 * 60);
    }

    [Fact]
    public async Task In_a_batch_each_is_accepted_or_refused_on_its_own()
    {
        var plant = await host.PlantAsync(prepaid: 60);
        var program = plant.Program.Id.Value;
        var items = new object[]
        {
            new { customerProgramId = program, reference = "one", timeSavedSeconds = 90 },
            new { customerProgramId = program, reference = "one", timeSavedSeconds = 90 },
            new { customerProgramId = program, reference = "one", timeSavedSeconds = 91 },
            new { customerProgramId = Guid.Empty, reference = "two" },
            new { customerProgramId = program, reference = "", timeSavedSeconds = 1.5 },
            new { customerProgramId = program, reference = "three", timeSavedSeconds = 0 },
            "nothing",
            new { customerProgramId = program, reference = "four" },
        };

        var answer = await host.SendAsync(HttpMethod.Post, "/api/v1/executions/batch", plant.Key, JsonSerializer.Serialize(new { items }));

        answer.Status.ShouldBe(200, answer.Body);
        var outcomes = answer.Json.GetProperty("items").EnumerateArray().ToList();
        outcomes.Select(outcome => outcome.GetProperty("status").GetInt32()).ShouldBe([201, 200, 409, 404, 422, 422, 422, 201]);
        outcomes[1].GetProperty("execution").ToString().ShouldBe(outcomes[0].GetProperty("execution").ToString());
        outcomes[4].GetProperty("problem").GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(["reference", "timeSavedSeconds"], ignoreOrder: true);
        outcomes[5].GetProperty("problem").GetProperty("code").GetString().ShouldBe("execution.time_saved_invalid");
        (await CountAsync(plant)).ShouldBe(2);
    }

    [Fact]
    public async Task What_occurred_in_a_closed_month_is_refused_and_the_rest_of_the_batch_goes_on()
    {
        var plant = await host.PlantAsync();
        var month = DaySpan.MonthOf(BusinessTime.DayOf(host.Database.Clock.GetUtcNow())).AddMonths(-1);
        await host.Database.As<CloseMonth>(host.Landscape.Administrator.Id).RunAsync(new(plant.Customer.Id, month, "Sent"), CancellationToken.None);
        var closed = new { customerProgramId = plant.Program.Id.Value, reference = "late", occurredAt = BusinessTime.StartOf(month) };

        (await host.RecordAsync(plant.Key, closed)).ShouldBe(422, "execution.month_closed");
        var batch = JsonSerializer.Serialize(new { items = new object[] { closed, new { customerProgramId = plant.Program.Id.Value, reference = "in time" } } });
        var answer = await host.SendAsync(HttpMethod.Post, "/api/v1/executions/batch", plant.Key, batch);

        var outcomes = answer.Json.GetProperty("items").EnumerateArray().ToList();
        outcomes.Select(outcome => outcome.GetProperty("status").GetInt32()).ShouldBe([422, 201]);
        outcomes[0].GetProperty("problem").GetProperty("code").GetString().ShouldBe("execution.month_closed");
        (await CountAsync(plant)).ShouldBe(1);
    }

    [Fact]
    public async Task What_would_pass_a_budget_that_stops_is_a_conflict_and_the_rest_of_the_batch_goes_on()
    {
        var plant = await host.PlantAsync();
        await host.Database.As<SetBudget>(host.Landscape.Administrator.Id).RunAsync(new(plant.Customer.Id, null, 1m, [], true), CancellationToken.None);
        object Run(string reference, int seconds) => new { customerProgramId = plant.Program.Id.Value, reference, timeSavedSeconds = seconds };

        (await host.RecordAsync(plant.Key, Run("within", 60))).Status.ShouldBe(201);
        var refused = await host.RecordAsync(plant.Key, Run("beyond", 41));
        refused.ShouldBe(409, "budget.exceeded");
        (await host.RecordAsync(plant.Key, Run("within", 60))).Status.ShouldBe(200);
        var answer = await host.SendAsync(HttpMethod.Post, "/api/v1/executions/batch", plant.Key, JsonSerializer.Serialize(new { items = new[] { Run("beyond", 41), Run("fits", 40) } }));

        answer.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("status").GetInt32()).ShouldBe([409, 201]);
        answer.Json.GetProperty("items")[0].GetProperty("problem").GetProperty("code").GetString().ShouldBe("budget.exceeded");
    }

    [Fact]
    public async Task A_batch_takes_a_thousand_and_no_more()
    {
        var plant = await host.PlantAsync();
        string Batch(int count) => JsonSerializer.Serialize(new
        {
            items = Enumerable.Range(0, count).Select(number => new { customerProgramId = plant.Program.Id.Value, reference = $"r{number}" }),
        });

        (await host.SendAsync(HttpMethod.Post, "/api/v1/executions/batch", plant.Key, Batch(1000))).Status.ShouldBe(200);
        (await CountAsync(plant)).ShouldBe(1000);
        (await host.SendAsync(HttpMethod.Post, "/api/v1/executions/batch", plant.Key, Batch(1001))).ShouldBe(422, "request.invalid", "items");
        (await host.SendAsync(HttpMethod.Post, "/api/v1/executions/batch", plant.Key, Batch(0))).ShouldBe(422, "request.invalid", "items");
    }

    private async Task<int> CountAsync(Plant plant)
    {
        await using var db = host.Database.Open();
        return await db.Executions.CountAsync(execution => execution.CustomerProgramId == plant.Program.Id);
    }
}
