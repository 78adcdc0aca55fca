using Microsoft.AspNetCore.Mvc.Testing;

namespace NadooIt.Tests.Website;

public sealed class CultureTests(WebApplicationFactory<Program> application)
    : IClassFixture<WebApplicationFactory<Program>>
{
    private const string German = "Willkommen bei NADOO-IT";
    private const string English = "Welcome to NADOO-IT";

    [Theory]
    [InlineData("/", null, "de", German)]
    [InlineData("/", "fr", "de", German)]
    [InlineData("/", "en-US,en;q=0.9", "en", English)]
    [InlineData("/?culture=en", null, "en", English)]
    [InlineData("/?culture=de", "en", "de", German)]
    public async Task The_page_speaks(string address, string? acceptLanguage, string language, string heading)
    {
        using var client = application.CreateClient();
        client.DefaultRequestHeaders.Add("Accept-Language", acceptLanguage);

        var page = await client.GetStringAsync(address);

        page.ShouldContain($"<html lang=\"{language}\"");
        page.ShouldContain(heading);
    }

    [Fact]
    public async Task The_chosen_culture_is_remembered()
    {
        using var client = application.CreateClient();
        await client.GetStringAsync("/?culture=en");

        (await client.GetStringAsync("/")).ShouldContain(English);
    }
}
