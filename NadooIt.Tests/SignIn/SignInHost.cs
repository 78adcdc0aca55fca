using Microsoft.AspNetCore.Hosting;
using Microsoft.Playwright;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.SignIn;

/// <summary>The application on a real port and an empty database, as somebody meets it who has just installed it.</summary>
public sealed class SignInHost(PostgresServer server) : WebHost
{
    public const string SetUpToken = "token-of-the-set-up-link";

    private string connection = "";

    public override async ValueTask InitializeAsync()
    {
        connection = await server.CreateDatabaseAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await server.DropDatabaseAsync(connection);
        GC.SuppressFinalize(this);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("ConnectionStrings:NadooIt", connection);
        builder.UseSetting("NADOOIT_SETUP_TOKEN", SetUpToken);
    }
}

/// <summary>A browser with a security key in it.</summary>
internal static class VirtualKey
{
    /// <summary>Plugs a key into the page's browser; it touches itself and verifies its user.</summary>
    public static async Task<ICDPSession> PlugInAsync(IPage page, string transport = "usb")
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable", new() { ["enableUI"] = false });
        await session.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = transport,
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        return session;
    }

    /// <summary>Pulls out every key of the session that plugged them in.</summary>
    public static Task UnplugAsync(ICDPSession session) => session.SendAsync("WebAuthn.disable");
}
