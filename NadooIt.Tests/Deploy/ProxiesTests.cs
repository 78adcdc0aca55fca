using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using NadooIt.Web.Hosting;

namespace NadooIt.Tests.Deploy;

public sealed class ProxiesTests
{
    [Theory]
    [InlineData("172.30.80.0/24", "172.30.80.7")]
    [InlineData("10.0.0.1, 172.30.80.0/24", "172.30.80.7")]
    [InlineData("172.30.80.7", "172.30.80.7")]
    [InlineData("172.30.80.0/24", "::ffff:172.30.80.7")]
    [InlineData("fd00:1::/64", "fd00:1::7")]
    public async Task A_proxy_that_was_named_is_believed(string setting, string sender)
    {
        var seen = await SendAsync(setting, sender);

        seen.ShouldBe("https nadoo.example 203.0.113.9");
    }

    [Theory]
    [InlineData(null, "172.30.80.7")]
    [InlineData("", "127.0.0.1")]
    [InlineData("172.30.80.0/24", "172.30.81.7")]
    [InlineData("172.30.80.0/24", "127.0.0.1")]
    public async Task Anybody_else_is_not(string? setting, string sender)
    {
        var seen = await SendAsync(setting, sender);

        seen.ShouldBe($"http inner {sender}");
    }

    [Fact]
    public async Task A_client_cannot_put_an_address_in_front_of_the_one_that_the_proxy_saw()
    {
        var seen = await SendAsync("172.30.80.0/24", "172.30.80.7", forwardedFor: "198.51.100.1, 203.0.113.9");

        seen.ShouldBe("https nadoo.example 203.0.113.9");
    }

    [Fact]
    public async Task A_forwarded_host_that_is_not_ours_is_not_taken()
    {
        var seen = await SendAsync("172.30.80.0/24", "172.30.80.7", allowedHosts: "nadoo.other;inner");

        seen.ShouldContain(" inner ");
    }

    [Theory]
    [InlineData("proxy")]
    [InlineData("10.0.0.0/40")]
    public async Task A_setting_that_is_no_network_stops_the_start_and_is_named(string setting)
    {
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => SendAsync(setting, "127.0.0.1"));

        refused.Message.ShouldContain(Settings.Proxies);
        refused.Message.ShouldContain(setting);
    }

    private static async Task<string> SendAsync(string? setting, string sender, string forwardedFor = "203.0.113.9", string allowedHosts = "*")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Configuration.AddInMemoryCollection([new(Settings.Proxies, setting), new(Settings.AllowedHosts, allowedHosts)]);
        builder.Services.AddProxies(builder.Configuration);
        await using var app = builder.Build();
        app.UseForwardedHeaders();
        app.Run(context => context.Response.WriteAsync($"{context.Request.Scheme} {context.Request.Host} {context.Connection.RemoteIpAddress}"));
        await app.StartAsync();

        var answer = await app.GetTestServer().SendAsync(context =>
        {
            context.Connection.RemoteIpAddress = IPAddress.Parse(sender);
            context.Request.Scheme = "http";
            context.Request.Host = new HostString("inner");
            context.Request.Headers["X-Forwarded-For"] = forwardedFor;
            context.Request.Headers["X-Forwarded-Proto"] = "https";
            context.Request.Headers["X-Forwarded-Host"] = "nadoo.example";
        });
        using var reader = new StreamReader(answer.Response.Body);
        return await reader.ReadToEndAsync();
    }
}
