using Microsoft.Playwright;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Browser;

public sealed class ConnectionTests(WebHost host, Chromium browser) : IClassFixture<WebHost>
{
    [Theory]
    [InlineData("en", "Check now", "The connection works.")]
    [InlineData("de", "Jetzt prüfen", "Die Verbindung steht.")]
    public async Task The_button_answers_over_the_live_connection(string culture, string button, string answer)
    {
        await using var context = await browser.NewContextAsync(host.Address, locale: "fr");
        var page = await context.NewPageAsync();

        await page.GotoAsync($"/connection?culture={culture}");
        await page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync(answer);
    }
}
