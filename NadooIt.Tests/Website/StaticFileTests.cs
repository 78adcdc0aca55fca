using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Testing;

namespace NadooIt.Tests.Website;

public sealed partial class StaticFileTests(WebApplicationFactory<Program> application)
    : IClassFixture<WebApplicationFactory<Program>>
{
    [Theory]
    [InlineData("/_framework/blazor.web.js", "text/javascript", 100_000)]
    [InlineData("/css/nadooit.css", "text/css", 100)]
    [InlineData("/_content/Radzen.Blazor/Radzen.Blazor.js", "text/javascript", 100_000)]
    public async Task Is_served(string address, string contentType, int atLeast)
    {
        using var client = application.CreateClient();
        using var response = await client.GetAsync(address);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType?.MediaType.ShouldBe(contentType);
        (await response.Content.ReadAsByteArrayAsync()).Length.ShouldBeGreaterThan(atLeast);
    }

    [Fact]
    public async Task Every_script_and_style_sheet_that_the_page_names_is_served_under_a_fingerprint()
    {
        using var client = application.CreateClient();
        var page = await client.GetStringAsync("/");
        var addresses = Reference().Matches(page).Select(match => match.Groups[1].Value).ToList();

        addresses.Count.ShouldBeGreaterThanOrEqualTo(4);
        foreach (var address in addresses)
        {
            using var response = await client.GetAsync("/" + address);
            response.StatusCode.ShouldBe(HttpStatusCode.OK, address);
            address.ShouldMatch(@"\.[a-z0-9]{10}\.(js|css)$");
        }
    }

    [GeneratedRegex("""(?:src|href)="([^"]+\.(?:js|css))""")]
    private static partial Regex Reference();
}
