using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using NadooIt.Web.Hosting;

namespace NadooIt.Tests.Hosting;

/// <summary>On which thread a request begins, over real connections.</summary>
public sealed class WatchedSocketsTests : IAsyncLifetime
{
    /// <summary>Where the thread that watches sockets reads for others at all.</summary>
    private static readonly bool IsHere = OperatingSystem.IsLinux() && Environment.ProcessorCount <= 4;

    private readonly WebApplication app = Build();
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        await app.StartAsync();
        client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = new(app.Urls.Single()) };
    }

    [Fact]
    public async Task The_second_request_of_a_program_that_records_begins_where_sockets_are_watched()
    {
        (await client.GetStringAsync("/record")).ShouldBe("pool");

        (await client.GetStringAsync("/record")).ShouldBe(IsHere ? "watch" : "pool");
    }

    [Fact]
    public async Task Anything_else_over_the_same_connection_begins_on_the_pool_and_may_wait_for_another_socket()
    {
        await client.GetStringAsync("/record");
        await client.GetStringAsync("/record");

        (await client.GetStringAsync("/wait")).ShouldBe("pool, and heard 1");
        (await client.GetStringAsync("/wait")).ShouldBe("pool, and heard 1");
        (await client.GetAsync("/nowhere")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await client.GetStringAsync("/record")).ShouldBe("pool");
        (await client.GetStringAsync("/record")).ShouldBe(IsHere ? "watch" : "pool");
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
    }

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        var app = builder.Build();
        app.UseWatchedSockets();
        app.MapGet("/record", Place).MayBeReadWhereSocketsAreWatched();
        app.MapGet("/wait", () => $"{Place()}, and heard {HearOverAnotherSocket()}");
        return app;
    }

    private static string Place() => Thread.CurrentThread.IsThreadPoolThread ? "pool" : "watch";

    /// <summary>Waits on the calling thread for a socket that is watched, as a query of the database may.</summary>
    private static int HearOverAnotherSocket()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var one = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
        one.Connect(listener.LocalEndpoint);
        using var other = listener.AcceptSocket();
        one.Blocking = false;
        one.Blocking = true;
        using var said = new Timer(_ => other.Send([1]), null, 50, Timeout.Infinite);
        var heard = new byte[1];
        one.Receive(heard);
        return heard[0];
    }
}
