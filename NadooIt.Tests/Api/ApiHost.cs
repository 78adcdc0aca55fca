using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;
using NadooIt.Domain.People;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Api;

/// <summary>The application on a real port with a database of its own. Every answer is held against the API's own description.</summary>
public sealed class ApiHost(PostgresServer server) : WebHost
{
    private readonly SemaphoreSlim describing = new(1, 1);
    private ApiContract? contract;

    public TestDatabase Database { get; } = new(server);

    public Landscape Landscape => Database.Landscape;

    public HttpClient Http { get; private set; } = null!;

    /// <summary>Where everything is logged that can be; null for no log.</summary>
    internal string? LogsTo { get; init; }

    public override async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        await base.InitializeAsync();
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };
    }

    public override async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await base.DisposeAsync();
        await Database.DisposeAsync();
        describing.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A customer with a program, an employee and his key.</summary>
    internal async Task<Plant> PlantAsync(decimal? fixedPrice = 0.01m, long savedPerExecution = 60, long prepaid = 0, Ability[]? abilities = null, Ability[]? held = null)
    {
        var customer = await Landscape.CustomerAsync();
        var account = await Landscape.TimeAccountAsync(customer.Id, prepaid);
        var program = await Landscape.CustomerProgramAsync(customer.Id, fixedPrice, savedPerExecution, account.Id);
        var owner = await Landscape.PersonAsync();
        var employment = await Landscape.EmployAsync(customer.Id, owner.Id, held ?? []);
        var key = await KeyAsync(customer.Id, owner.Id, abilities ?? [Ability.RunPrograms]);
        return new(customer, program, owner, employment, account.Id, key.Id, key.Secret);
    }

    internal async Task<(ApiKeyId Id, string Secret)> KeyAsync(CustomerId customer, PersonId owner, Ability[] abilities, CustomerProgramId[]? programs = null, TimeSpan? life = null)
    {
        var secret = ApiKeySecret.Create();
        var now = Database.Clock.GetUtcNow();
        var key = ApiKey.Create(customer, owner, new("Test", abilities, programs ?? [], now + (life ?? TimeSpan.FromDays(365))), secret, owner, now);
        await using var db = Database.Open();
        db.Add(key);
        await db.SaveChangesAsync();
        return (key.Id, secret.Text);
    }

    internal Task<Answer> RecordAsync(string? key, object body) => SendAsync(HttpMethod.Post, "/api/v1/executions", key, JsonSerializer.Serialize(body));

    internal Task<Answer> GetAsync(string? key, string address) => SendAsync(HttpMethod.Get, address, key);

    internal async Task<Answer> SendAsync(HttpMethod method, string address, string? key, string? body = null, string language = "en")
    {
        using var request = new HttpRequestMessage(method, address);
        if (language.Length > 0)
        {
            request.Headers.AcceptLanguage.ParseAdd(language);
        }

        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await Http.SendAsync(request);
        var answer = new Answer(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType,
            response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
        (await ContractAsync()).Check(method, address, answer);
        return answer;
    }

    internal async Task<ApiContract> ContractAsync()
    {
        await describing.WaitAsync();
        try
        {
            return contract ??= new ApiContract(await Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
        }
        finally
        {
            describing.Release();
        }
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("ConnectionStrings:NadooIt", Database.ConnectionString);
        builder.UseSetting("NADOOIT_LOG_FILES", LogsTo is null ? "false" : "true");
        builder.UseSetting("NADOOIT_LOG_LEVEL", LogsTo is null ? "Fatal" : "Verbose");
        builder.UseSetting("NADOOIT_DATA", LogsTo);
        builder.UseSetting("NADOOIT_METRICS_PORT", "0");
        builder.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(Database.Clock));
    }
}

/// <summary>A second application on the database of the first, with other settings.</summary>
internal sealed class WebHostWith(ApiHost host, params (string Name, string Value)[] settings) : WebHost
{
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("ConnectionStrings:NadooIt", host.Database.ConnectionString);
        builder.UseSetting("NADOOIT_LOG_FILES", "false");
        builder.UseSetting("NADOOIT_LOG_LEVEL", "Fatal");
        foreach (var (name, value) in settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(host.Database.Clock));
    }
}

/// <summary>What a test needs of one customer.</summary>
internal sealed record Plant(
    Customer Customer, CustomerProgram Program, Person Owner, EmployeeContract Employment, TimeAccountId Account, ApiKeyId KeyId, string Key);

/// <summary>An answer of the server.</summary>
internal sealed record Answer(int Status, string Body, string? MediaType, Dictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? Code => Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    public string? Text(string name) => Json.GetProperty(name).GetString();

    public long Number(string name) => Json.GetProperty(name).GetInt64();

    /// <summary>Expects a problem with a status, a code and, if named, a reason at a field.</summary>
    public void ShouldBe(int status, string code, string? field = null)
    {
        Status.ShouldBe(status, Body);
        MediaType.ShouldBe("application/problem+json");
        Code.ShouldBe(code);
        if (field is not null)
        {
            Json.GetProperty("errors").GetProperty(field).GetArrayLength().ShouldBePositive();
        }
    }
}
