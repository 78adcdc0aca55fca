using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;
using Npgsql;

namespace NadooIt.Tests.SignIn;

/// <summary>The site in process over https, set up, with a key manager who invites; and browsers that visit it.</summary>
public sealed class PasskeySite(PostgresServer server) : WebApplicationFactory<Program>, IAsyncLifetime
{
    public const string Origin = "https://localhost";

    private string connection = "";
    private PersonId keyManager;

    public TestClock Clock { get; } = new();

    public async ValueTask InitializeAsync()
    {
        connection = await server.CreateDatabaseAsync();
        var credential = new Credential([1, 2, 3], [1], 0, ["usb"], true, false, false, [], [], null, SecurityKeyKind.SecurityKey);
        var owner = await RunAsync((BeginSetUp begin) => begin.RunAsync("token", "Key manager", default));
        await RunAsync((CompleteSetUp complete) => complete.RunAsync(new("token", "NADOO", owner!, "Key", credential, "Set-up"), default));
        keyManager = owner!.Id;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DropDatabaseAsync(connection);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs a use case as the key manager, or as nobody before there is one.</summary>
    public async Task<TResult> RunAsync<TUseCase, TResult>(Func<TUseCase, Task<TResult>> run)
        where TUseCase : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentUser>().Caller = keyManager == default ? null : new Caller(keyManager, null, null, null);
        return await run(scope.ServiceProvider.GetRequiredService<TUseCase>());
    }

    public Task<RegisterPerson.Result> InviteAsync(string name = "Grace") =>
        RunAsync((RegisterPerson register) => register.RunAsync(new(name, null), default));

    /// <summary>Runs SQL past the application, to break it or to look.</summary>
    public async Task<object?> SqlAsync(string sql)
    {
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync();
        await using var command = new NpgsqlCommand(sql, open);
        return await command.ExecuteScalarAsync();
    }

    internal Visitor Visit() => new(CreateClient(new WebApplicationFactoryClientOptions
    {
        BaseAddress = new Uri(Origin), AllowAutoRedirect = false,
    }));

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Testing");
        builder.UseSetting("ConnectionStrings:NadooIt", connection);
        // The host header decides nothing about keys, even where any is allowed.
        builder.UseSetting("AllowedHosts", "*");
        builder.UseSetting("Passkeys:ServerDomain", "localhost");
        builder.UseSetting("Passkeys:Origins:0", Origin);
        builder.UseSetting("SignIn:FreeAttemptsPerAddress", "100000");
        builder.UseSetting("SignIn:FreeBeginningsPerAddress", "100000");
        builder.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(Clock));
    }
}

internal sealed record Start(string Ceremony, JsonNode PublicKey);

/// <summary>A browser without a screen: keeps cookies and the form token, and posts what the page's script would post.</summary>
internal sealed partial class Visitor(HttpClient client)
{
    private string token = "";

    public HttpClient Client => client;

    public async Task<string> OpenAsync(string path)
    {
        using var response = await client.GetAsync(path);
        var html = await response.Content.ReadAsStringAsync();
        token = TokenPattern().Match(html) is { Success: true } match ? match.Groups[1].Value : token;
        return html;
    }

    public async Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(
            [new("__RequestVerificationToken", token), .. fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value))]);
        return await client.PostAsync(path, content);
    }

    public async Task<Start> BeginAsync(string path, params (string Name, string Value)[] fields)
    {
        using var response = await PostAsync(path, fields);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }

        var json = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return new Start(json["ceremony"]!.GetValue<string>(), json["publicKey"]!);
    }

    /// <summary>Posts the answer of a ceremony with the name of the page's form.</summary>
    public Task<HttpResponseMessage> AnswerAsync(string path, string form, Start start, string credential, params (string Name, string Value)[] fields) =>
        PostAsync(path, [("_handler", form), ("ceremony", start.Ceremony), ("credential", credential), .. fields]);

    [GeneratedRegex("__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex TokenPattern();
}
