using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace NadooIt.Web.Hosting;

/// <summary>
/// <c>GET /metrics</c> on a port of its own, where nothing else is served: whoever may reach that port may read the
/// figures of this node, and the port that people use knows no such address.
/// </summary>
internal sealed class MetricsServer(IConfiguration configuration, MetricsCollector collector) : IHostedService, IAsyncDisposable
{
    private const string TextFormat = "text/plain; version=0.0.4; charset=utf-8";
    private WebApplication? server;

    /// <summary>Where it listens; null when no port is set.</summary>
    public Uri? Address { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration.GetValue<int?>(Settings.MetricsPort) is not { } port)
        {
            return;
        }

        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenAnyIP(port));
        server = builder.Build();
        server.Run(AnswerAsync);
        collector.Start();
        await server.StartAsync(cancellationToken);
        var bound = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Address = new UriBuilder("http", "localhost", BindingAddress.Parse(bound).Port, "/metrics").Uri;
    }

    public Task StopAsync(CancellationToken cancellationToken) => server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Task AnswerAsync(HttpContext http)
    {
        if (http.Request.Path != "/metrics")
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        if (!HttpMethods.IsGet(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return Task.CompletedTask;
        }

        http.Response.ContentType = TextFormat;
        return http.Response.WriteAsync(collector.Write(), http.RequestAborted);
    }
}
