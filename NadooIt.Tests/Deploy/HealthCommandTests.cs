using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using NadooIt.Web.Hosting;

namespace NadooIt.Tests.Deploy;

public sealed class HealthCommandTests
{
    [Theory]
    [InlineData("http://*:8001", null, 8001)]
    [InlineData("https://localhost:8443;http://[::]:8002", "9000", 8002)]
    [InlineData(null, "8003;8004", 8003)]
    [InlineData(null, null, 8000)]
    public void It_asks_the_port_on_which_the_same_settings_listen(string? urls, string? ports, int expected) =>
        HealthCommand.Port(Configuration(urls, ports)).ShouldBe(expected);

    [Theory]
    [InlineData(200, 0)]
    [InlineData(503, 1)]
    public async Task It_passes_on_whether_the_application_is_ready(int status, int expected)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapGet("/health/ready", () => Results.StatusCode(status));
        await app.StartAsync();
        var port = new Uri(app.Urls.Single()).Port;

        (await HealthCommand.RunAsync(Configuration($"http://*:{port}", null))).ShouldBe(expected);

        await app.StopAsync();
        (await HealthCommand.RunAsync(Configuration($"http://*:{port}", null))).ShouldBe(1, "nobody answers");
    }

    private static IConfiguration Configuration(string? urls, string? ports) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("urls", urls), new("http_ports", ports)]).Build();
}
