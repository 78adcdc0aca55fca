using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Playwright;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Tests.Support;
using NadooIt.Web.SignIn;

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
        var session = Session.Begin(person, "127.0.0.1", "Test browser", TimeProvider.System.GetUtcNow());
        await using (var db = Database.Open())
        {
            db.Add(session);
            await db.SaveChangesAsync();
        }

        var options = Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(CookieAuthenticationDefaults.AuthenticationScheme);
        var now = TimeProvider.System.GetUtcNow();
        var ticket = new AuthenticationTicket(
            new SignedIn(person, session.Id).ToPrincipal(), new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = now.AddHours(1) },
            CookieAuthenticationDefaults.AuthenticationScheme);
        await context.AddCookiesAsync([new Cookie { Name = options.Cookie.Name!, Value = options.TicketDataFormat.Protect(ticket), Url = Address.ToString(), HttpOnly = true }]);
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
