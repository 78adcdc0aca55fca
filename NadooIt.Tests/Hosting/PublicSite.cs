using Microsoft.AspNetCore.Hosting;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Hosting;

/// <summary>The application on a real port, as it stands on the internet: behind a proxy that speaks TLS for it.</summary>
public sealed class PublicSite(PostgresServer server) : WebHost
{
    public const string Name = "nadoo.example";
    public const string Origin = "https://nadoo.example";

    public TestDatabase Database { get; } = new(server);

    public override async ValueTask InitializeAsync()
    {
        Database.Clock.Set(TimeProvider.System.GetUtcNow().AddMinutes(-1));
        await Database.InitializeAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A client as the proxy passes it on, or one that reaches the node itself.</summary>
    internal HttpClient Visit(bool throughProxy = true, string? cookie = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };
        if (throughProxy)
        {
            client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
            client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
            client.DefaultRequestHeaders.Add("X-Forwarded-Host", Name);
        }

        if (cookie is not null)
        {
            client.DefaultRequestHeaders.Add("Cookie", cookie);
        }

        return client;
    }

    /// <summary>The Cookie header of somebody who has just signed in.</summary>
    internal async Task<string> CookieAsync(PersonId person, bool throughProxy = true)
    {
        var (name, value) = await SessionTicket.BeginAsync(Services, Database, person);
        return $"{(throughProxy ? "__Host-" : "")}{name}={value}";
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("ConnectionStrings:NadooIt", Database.ConnectionString);
        builder.UseSetting("NADOOIT_PUBLIC_URL", Origin);
        builder.UseSetting("NADOOIT_PROXIES", "127.0.0.1, ::1");
        builder.UseSetting("NADOOIT_LOG_FILES", "false");
        builder.UseSetting("NADOOIT_LOG_LEVEL", "Fatal");
    }
}
