using System.Net;
using System.Text.Json;

namespace NadooIt.Tests.Hosting;

/// <summary>German and English, on pages, on what stands instead of a page, and in the HTTP API.</summary>
public sealed class LanguagesTests(PublicSite site) : IClassFixture<PublicSite>
{
    [Theory]
    [InlineData("/login", HttpStatusCode.OK)]
    [InlineData("/os/audit", HttpStatusCode.Forbidden)]
    [InlineData("/os/no-such-page", HttpStatusCode.NotFound)]
    public async Task A_page_speaks_the_language_that_is_asked_for_also_when_it_is_refused(string address, HttpStatusCode status)
    {
        var somebody = await site.Database.Landscape.EmployeeAsync((await site.Database.Landscape.CustomerAsync()).Id);
        using var client = site.Visit(cookie: address == "/login" ? null : await site.CookieAsync(somebody.Id));
        foreach (var (query, accepted, expected) in new[] { ("", "", "de"), ("", "en", "en"), ("?culture=en", "", "en"), ("?culture=de", "en", "de") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address + query);
            request.Headers.Add("Accept", "text/html");
            if (accepted.Length > 0)
            {
                request.Headers.Add("Accept-Language", accepted);
            }

            using var response = await client.SendAsync(request);
            response.StatusCode.ShouldBe(status);
            (await response.Content.ReadAsStringAsync()).ShouldContain($"<html lang=\"{expected}\"", customMessage: $"{address}{query}, Accept-Language {accepted}");
        }
    }

    [Theory]
    [InlineData("", "", "de")]
    [InlineData("", "en", "en")]
    [InlineData("", "fr", "de")]
    [InlineData("?culture=en", "", "en")]
    public async Task The_api_speaks_German_unless_it_is_asked_otherwise(string query, string accepted, string expected)
    {
        using var client = site.Visit();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/me" + query);
        if (accepted.Length > 0)
        {
            request.Headers.Add("Accept-Language", accepted);
        }

        using var response = await client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Content.Headers.ContentLanguage.ShouldBe([expected]);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        problem.RootElement.GetProperty("title").GetString()!.Contains("API-Schlüssel", StringComparison.Ordinal).ShouldBe(expected == "de");
    }
}
