using Microsoft.AspNetCore.Hosting;
using Microsoft.Playwright;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Browser;

/// <summary>The application on a real port with a landscape in its database, and browsers in which somebody is signed in.</summary>
public sealed class BrowserHost(PostgresServer server) : WebHost
{
    public TestDatabase Database { get; } = new(server);

    public Landscape Landscape => Database.Landscape;

    public override async ValueTask InitializeAsync()
    {
        // The site's own clock runs, and what the landscape writes must not lie in its future.
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

    /// <summary>Begins a session and gives the browser the cookie that sign-in gives.</summary>
    public async Task SignInAsync(IBrowserContext context, PersonId person)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (name, value) = await SessionTicket.BeginAsync(Services, Database, person);
        await context.AddCookiesAsync([new Cookie { Name = name, Value = value, Url = Address.ToString(), HttpOnly = true }]);
    }

    /// <summary>A key with which the owner's programs report their runs.</summary>
    internal async Task<(ApiKeyId Id, string Secret)> ApiKeyAsync(CustomerId customer, PersonId owner)
    {
        var secret = ApiKeySecret.Create();
        var now = Database.Clock.GetUtcNow();
        var key = ApiKey.Create(customer, owner, new("Reports runs", [Domain.Hr.Ability.RunPrograms], [], now.AddDays(365)), secret, owner, now);
        await using var db = Database.Open();
        db.Add(key);
        await db.SaveChangesAsync();
        return (key.Id, secret.Text);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("ConnectionStrings:NadooIt", Database.ConnectionString);
        builder.UseSetting("NADOOIT_LOG_FILES", "false");
        builder.UseSetting("NADOOIT_LOG_LEVEL", "Fatal");
    }
}
