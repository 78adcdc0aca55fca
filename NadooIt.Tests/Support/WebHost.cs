using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace NadooIt.Tests.Support;

/// <summary>The real application on a real port of this machine, for browser tests.</summary>
/// <remarks>The host is localhost, because WebAuthn accepts no IP address.</remarks>
public class WebHost : WebApplicationFactory<Program>, IAsyncLifetime
{
    /// <summary>For example <c>http://localhost:40123/</c>.</summary>
    public Uri Address { get; private set; } = null!;

    public virtual ValueTask InitializeAsync()
    {
        UseKestrel(0);
        StartServer();
        var bound = Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Address = new UriBuilder(bound) { Host = "localhost" }.Uri;
        return ValueTask.CompletedTask;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder.UseEnvironment("Testing");
}
