using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace NadooIt.Tests.Hosting;

/// <summary>Walks every route that the application offers, signed in and not, and looks at what the browser is told.</summary>
public sealed partial class SecurityHeadersTests(PublicSite site) : IClassFixture<PublicSite>
{
    private static readonly Dictionary<string, string> Everywhere = new(StringComparer.Ordinal)
    {
        ["X-Content-Type-Options"] = "nosniff",
        ["X-Frame-Options"] = "DENY",
        ["Referrer-Policy"] = "same-origin",
        ["Cross-Origin-Opener-Policy"] = "same-origin",
        ["Cross-Origin-Resource-Policy"] = "same-origin",
        ["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains",
    };

    // The keys that check receipts are for everybody and may be kept.
    private static readonly string[] Published = ["/.well-known/jwks.json"];

    private IEnumerable<RouteEndpoint> Endpoints =>
        site.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Distinct();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_route_carries_them(bool isSignedIn)
    {
        var cookie = isSignedIn ? await site.CookieAsync(site.Database.Landscape.Administrator.Id) : null;
        using var client = site.Visit(cookie: cookie);
        var complaints = new List<string>();
        var asked = 0;
        foreach (var endpoint in Endpoints)
        {
            var isFile = endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null;
            var address = Address(endpoint);
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"])
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), address);
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                complaints.AddRange(Complaints(response, mayBeKept: isFile || Published.Contains(address)).Select(complaint => $"{method} {address} ({(int)response.StatusCode}): {complaint}"));
                asked++;
            }
        }

        asked.ShouldBeGreaterThan(60);
        complaints.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/no-such-page")]
    [InlineData("/api/v1/no-such-route")]
    [InlineData("/css/no-such-file.css")]
    public async Task So_does_what_does_not_exist(string address)
    {
        using var client = site.Visit();
        using var response = await client.GetAsync(address);

        ((int)response.StatusCode).ShouldBeInRange(302, 404);
        Complaints(response, mayBeKept: false).ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_are_made_and_need_no_inline_code()
    {
        using var signedIn = site.Visit(cookie: await site.CookieAsync(site.Database.Landscape.Administrator.Id));
        using var anybody = site.Visit();
        foreach (var address in new[] { "/login", "/os", "/os/customers", "/os/audit", "/os/security" })
        {
            using var response = await (address == "/login" ? anybody : signedIn).GetAsync(address);
            response.IsSuccessStatusCode.ShouldBeTrue(address);
            var html = await response.Content.ReadAsStringAsync();
            InlineCode().Matches(html).Select(match => match.Value).ShouldBeEmpty(address);
        }
    }

    [Fact]
    public async Task Plain_http_is_not_told_to_become_https()
    {
        using var client = site.Visit(throughProxy: false);
        using var response = await client.GetAsync("/login");

        response.IsSuccessStatusCode.ShouldBeTrue();
        response.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
    }

    private static IEnumerable<string> Complaints(HttpResponseMessage response, bool mayBeKept)
    {
        string Header(string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(" | ", values) : "(missing)";
        foreach (var (name, value) in Everywhere.Where(expected => Header(expected.Key) != expected.Value))
        {
            yield return $"{name} is {Header(name)} and not {value}";
        }

        var policy = Header("Content-Security-Policy").Split(';', StringSplitOptions.TrimEntries);
        string[] needed = ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "object-src 'none'", "base-uri 'self'", "form-action 'self'", "frame-ancestors 'none'"];
        foreach (var missing in needed.Except(policy, StringComparer.Ordinal))
        {
            yield return $"the content policy lacks {missing}";
        }

        if (policy.Any(part => part.Contains("unsafe", StringComparison.Ordinal) || part.Contains('*')))
        {
            yield return "the content policy allows too much";
        }

        if (!Header("Permissions-Policy").Contains("camera=()", StringComparison.Ordinal))
        {
            yield return "the permissions policy is missing";
        }

        if (response.Headers.Contains("Server"))
        {
            yield return "it says which server it is";
        }

        if (!mayBeKept && response.Headers.CacheControl?.NoStore != true)
        {
            yield return $"it may be kept: {Header("Cache-Control")}";
        }
    }

    // Each parameter gets something that its kind accepts; whether such a record exists does not matter here.
    private static string Address(RouteEndpoint endpoint) =>
        "/" + Parameter().Replace(endpoint.RoutePattern.RawText!.TrimStart('/'), match => match.Value switch
        {
            "{documentName}" => "v1",
            _ when match.Value.Contains(":int", StringComparison.Ordinal) => "404",
            _ => "0198d3a0-0000-7000-8000-000000000000",
        });

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"<script(?![^>]*\bsrc=)[^>]*>[^<]|<style\b|\s(style|on[a-z]+)=""|javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex InlineCode();
}
