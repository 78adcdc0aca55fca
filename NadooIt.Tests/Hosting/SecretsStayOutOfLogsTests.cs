using System.Net;
using NadooIt.Data.Keys;
using NadooIt.Tests.Api;
using NadooIt.Tests.SignIn;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Hosting;

/// <summary>Everything that can be logged is, while secrets and personal texts come in on every way; then the file is searched.</summary>
public sealed class SecretsStayOutOfLogsTests(PostgresServer server)
{
    [Fact]
    public async Task Whatever_comes_in_no_secret_and_no_personal_text_is_in_the_log()
    {
        var folder = Directory.CreateTempSubdirectory("nadooit-logs-");
        try
        {
            await using var host = new ApiHost(server) { LogsTo = folder.FullName };
            await host.InitializeAsync();
            var secrets = await VisitAsync(host);

            var log = await ReadAsync(folder);
            log.ShouldContain("Opened for the system", customMessage: "the search has to look at a log that is written");
            log.ShouldContain("Passkey ceremony");
            secrets.Where(secret => log.Contains(secret.Text, StringComparison.OrdinalIgnoreCase)).Select(secret => secret.Name).ShouldBeEmpty();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<List<(string Name, string Text)>> VisitAsync(ApiHost host)
    {
        var plant = await host.PlantAsync();
        var invited = await host.Database.As<RegisterPerson>(host.Landscape.Administrator.Id).RunAsync(new("Grace Brewster", null), default);
        var (cookieName, cookie) = await SessionTicket.BeginAsync(host.Services, host.Database, plant.Owner.Id);
        const string Reference = "reference-of-somebody", Order = "order-of-somebody", Broken = "somebody-s-broken-body", Guess = "Zq7Wx2";

        var body = new { customerProgramId = plant.Program.Id.Value, reference = Reference, orderReference = Order };
        (await host.RecordAsync(plant.Key, body)).Status.ShouldBe(201);
        (await host.RecordAsync(plant.Key, new { customerProgramId = plant.Program.Id.Value, reference = Reference, orderReference = Order + "-other" })).Status.ShouldBe(409);
        (await host.RecordAsync(plant.Key[..^1] + (plant.Key[^1] == 'a' ? 'b' : 'a'), body)).Status.ShouldBe(401);
        (await host.SendAsync(HttpMethod.Post, "/api/v1/executions", plant.Key, "{ " + Broken)).Status.ShouldBe(400);
        using (var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["NADOOIT__API_KEY"] = plant.Key, ["NADOOIT__USER_CODE"] = Guess, ["program_id"] = plant.Program.Id.ToString() }))
        using (var old = await host.Http.PostAsync(new Uri("/api/executions", UriKind.Relative), form))
        {
            old.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        (await StatusAsync(host, "/os", $"{cookieName}={cookie}")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(host, "/os/audit", $"{cookieName}={cookie}")).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusAsync(host, "/os", $"{cookieName}={cookie[..^4]}")).ShouldBe(HttpStatusCode.Redirect);
        (await StatusAsync(host, $"/enrol/{invited.EnrolmentToken}", null)).ShouldBe(HttpStatusCode.OK);
        await FailToSignInAsync(host, plant.Owner.UserCode.Display);

        return
        [
            ("API key", plant.Key), ("part of the API key", plant.Key[12..^1]), ("cookie", cookie[..^4]), ("one-time link", invited.EnrolmentToken),
            ("user code", plant.Owner.UserCode.Display), ("guessed user code", Guess), ("name", "Grace Brewster"), ("name of the owner", plant.Owner.DisplayName),
            ("reference", Reference), ("order", Order), ("body", Broken),
        ];
    }

    private static async Task FailToSignInAsync(ApiHost host, string code)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = host.Address };
        var visitor = new Visitor(client);
        await visitor.OpenAsync("/login");
        var begun = await visitor.BeginAsync("/sign-in/options", ("userCode", code));
        using var refused = await visitor.AnswerAsync("/login", "sign-in", begun, "{}", ("userCode", code));
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    private static async Task<HttpStatusCode> StatusAsync(ApiHost host, string address, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        using var response = await host.Http.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<string> ReadAsync(DirectoryInfo folder)
    {
        var texts = new List<string>();
        foreach (var file in folder.EnumerateFiles("*.json", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream);
            texts.Add(await reader.ReadToEndAsync());
        }

        return string.Concat(texts);
    }
}
