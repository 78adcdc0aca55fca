using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using NadooIt.Web.Hosting;

namespace NadooIt.Tests.Hosting;

/// <summary>On which thread a request begins, over real connections.</summary>
public sealed class WatchedSocketsTests
{
    /// <summary>Where the thread that watches sockets reads for others at all.</summary>
    private static readonly bool IsHere = OperatingSystem.IsLinux() && Environment.ProcessorCount <= 4;

    private static readonly X509Certificate2 Certificate = Certify();

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task The_second_request_of_a_program_that_records_begins_where_sockets_are_watched(string scheme)
    {
        await using var app = await StartAsync(scheme);
        using var client = OneConnectionTo(app);

        (await client.GetStringAsync("/record")).ShouldBe("pool");

        (await client.GetStringAsync("/record")).ShouldBe(IsHere ? "watch" : "pool");
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task Anything_else_over_the_same_connection_begins_on_the_pool_and_may_wait_for_another_socket(string scheme)
    {
        await using var app = await StartAsync(scheme);
        using var client = OneConnectionTo(app);
        await client.GetStringAsync("/record");
        await client.GetStringAsync("/record");

        (await client.GetStringAsync("/wait")).ShouldBe("pool, and heard 1");
        (await client.GetStringAsync("/wait")).ShouldBe("pool, and heard 1");
        (await client.GetAsync("/nowhere")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await client.GetStringAsync("/record")).ShouldBe("pool");
        (await client.GetStringAsync("/record")).ShouldBe(IsHere ? "watch" : "pool");
    }

    private static async Task<WebApplication> StartAsync(string scheme)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"{scheme}://127.0.0.1:0").UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(server => server.ConfigureHttpsDefaults(https => https.ServerCertificate = Certificate));
        var app = builder.Build();
        app.UseWatchedSockets();
        app.MapGet("/record", Place).MayBeReadWhereSocketsAreWatched();
        app.MapGet("/wait", () => $"{Place()}, and heard {HearOverAnotherSocket()}");
        await app.StartAsync();
        return app;
    }

    private static HttpClient OneConnectionTo(WebApplication app)
    {
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1 };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == Certificate.GetCertHashString();
        return new(handler) { BaseAddress = new(app.Urls.Single()) };
    }

    private static X509Certificate2 Certify()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
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
