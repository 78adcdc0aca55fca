using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NadooIt.Web.Hosting;

namespace NadooIt.Tests.Hosting;

/// <summary>What a foreign page cannot do in the name of somebody who is signed in here.</summary>
public sealed class ForeignSitesTests(PublicSite site) : IClassFixture<PublicSite>
{
    [Theory]
    [InlineData(PublicSite.Origin, HttpStatusCode.SwitchingProtocols)]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("https://sub.nadoo.example", HttpStatusCode.Forbidden)]
    [InlineData("http://nadoo.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.Forbidden)]
    public async Task A_circuit_opens_for_our_own_pages_only(string? origin, HttpStatusCode expected)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Cookie", await site.CookieAsync(site.Database.Landscape.Administrator.Id));
        socket.Options.SetRequestHeader("X-Forwarded-Proto", "https");
        socket.Options.SetRequestHeader("X-Forwarded-Host", PublicSite.Name);
        socket.Options.SetRequestHeader("Origin", origin);
        try
        {
            await socket.ConnectAsync(new UriBuilder(site.Address) { Scheme = "ws", Path = "/_blazor" }.Uri, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The status says why.
        }

        socket.HttpStatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task No_form_is_taken_without_its_token()
    {
        using var client = site.Visit(cookie: await site.CookieAsync(site.Database.Landscape.Administrator.Id));
        var posts = site.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
            .Where(route => !route.StartsWith("/api/", StringComparison.Ordinal) && !route.StartsWith("/_blazor", StringComparison.Ordinal))
            .Distinct().ToList();
        posts.Count.ShouldBeGreaterThan(20);
        foreach (var route in posts)
        {
            var address = route.Replace("{Code:int}", "404", StringComparison.Ordinal).Replace("{Token}", "token", StringComparison.Ordinal)
                .Replace(":guid}", "}", StringComparison.Ordinal).Replace("{Id}", Guid.Empty.ToString(), StringComparison.Ordinal);
            using var form = new FormUrlEncodedContent([new("_handler", "form"), new("userCode", "7KQ2-M9XD-4T0V-H3RB")]);
            using var response = await client.PostAsync(address, form);
            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, address);
        }
    }

    /// <summary>A browser sends the cookie by itself; nothing that programs may do is done for it.</summary>
    [Fact]
    public async Task The_cookie_opens_no_route_of_the_http_api()
    {
        using var client = site.Visit(cookie: await site.CookieAsync(site.Database.Landscape.Administrator.Id));
        using var page = await client.GetAsync("/os");
        using var read = await client.GetAsync("/api/v1/me");
        using var write = await client.PostAsync("/api/v1/executions", JsonContent.Create(new { reference = "run-1" }));

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        read.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        write.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Behind_tls_every_cookie_is_secure_and_what_signs_in_is_bound_to_the_host()
    {
        using var client = site.Visit();
        var page = await client.GetAsync("/login?culture=en");
        var cookies = page.Headers.GetValues("Set-Cookie").ToList();

        cookies.ShouldAllBe(cookie => cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase) && cookie.Contains("; samesite=", StringComparison.OrdinalIgnoreCase));
        cookies.ShouldContain(cookie => cookie.StartsWith("__Host-nadooit-form=", StringComparison.Ordinal) && cookie.Contains("; path=/;", StringComparison.Ordinal)
            && cookie.Contains("; samesite=strict", StringComparison.Ordinal) && cookie.Contains("; httponly", StringComparison.Ordinal) && !cookie.Contains("domain=", StringComparison.Ordinal));
    }

    /// <summary>A cookie of the plain name could have been planted by a sub-domain or over plain http.</summary>
    [Theory]
    [InlineData(true, HttpStatusCode.OK)]
    [InlineData(false, HttpStatusCode.Redirect)]
    public async Task Behind_tls_only_the_cookie_of_the_prefix_signs_in(bool hasPrefix, HttpStatusCode expected)
    {
        using var client = site.Visit(cookie: await site.CookieAsync(site.Database.Landscape.Administrator.Id, throughProxy: hasPrefix));
        using var response = await client.GetAsync("/os");

        response.StatusCode.ShouldBe(expected);
    }

    [Theory]
    [InlineData("nadoo.example", HttpStatusCode.OK)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("evil.example", HttpStatusCode.BadRequest)]
    [InlineData("nadoo.example.evil.example", HttpStatusCode.BadRequest)]
    public async Task A_request_under_a_foreign_name_is_refused(string host, HttpStatusCode expected)
    {
        using var client = site.Visit(throughProxy: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/login");
        request.Headers.Host = host;
        using var response = await client.SendAsync(request);

        response.StatusCode.ShouldBe(expected);
    }

    [Theory]
    [InlineData(null, null, null, "localhost;127.0.0.1;[::1]")]
    [InlineData("https://nadoo.example", null, "8000", "nadoo.example;localhost;127.0.0.1;[::1]")]
    [InlineData(null, "http://[::1]:8000;http://127.0.0.1:8000", null, "localhost;127.0.0.1;[::1]")]
    [InlineData(null, "http://*:8000", null, "*")]
    [InlineData(null, "http://0.0.0.0:8000", null, "*")]
    [InlineData(null, null, "8000", "*")]
    public void Names_that_nobody_set_follow_from_the_address(string? publicAddress, string? urls, string? ports, string expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new(Settings.PublicAddress, publicAddress), new("urls", urls), new("http_ports", ports)]).Build();

        HostNames.Usual(configuration).ShouldBe(expected);
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/sign-out")]
    [InlineData("/api/v1/executions/batch")]
    public async Task A_body_that_is_too_large_is_not_read(string address)
    {
        using var client = site.Visit();
        using var body = new ByteArrayContent(new byte[RequestLimits.MostBytes + 1]);
        body.Headers.ContentType = new(address.StartsWith("/api/", StringComparison.Ordinal) ? "application/json" : "application/x-www-form-urlencoded");
        try
        {
            using var response = await client.PostAsync(address, body);
            response.StatusCode.ShouldBeOneOf(HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized);
        }
        catch (HttpRequestException)
        {
            // The server may hang up while the rest is still on its way; that is a refusal too.
        }
    }
}
