using Microsoft.Playwright;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Browser;

/// <summary>A page that has come stays while its circuit starts: nothing that was readable goes away for a moment.</summary>
public sealed class SteadyPages(EveryPage.Site site, Chromium browser) : IClassFixture<EveryPage.Site>
{
    // The first heading of the page, and every step down of how much the page and its frame show.
    private const string Watch =
        """
        (() => {
            window.losses = [];
            let most = 0;
            new MutationObserver(() => {
                const now = `${document.querySelector('main h1')?.textContent ?? ''}${document.querySelector('.topbar')?.textContent ?? ''}${document.querySelector('.sidenav')?.textContent ?? ''}`.replace(/\s+/g, '').length;
                if (now < most) window.losses.push(`${most} to ${now} letters`);
                most = Math.max(most, now);
            }).observe(document, { childList: true, subtree: true, characterData: true });
        })()
        """;

    [Theory]
    [InlineData("/os")]
    [InlineData("/os/customers")]
    [InlineData("/os/executions")]
    [InlineData("/os/security")]
    public async Task Nothing_goes_away_while_the_circuit_starts(string address)
    {
        await using var context = await browser.NewContextAsync(site.Host.Address);
        await site.Host.SignInAsync(context, site.Host.Landscape.Administrator.Id);
        var page = await context.NewPageAsync();
        await page.AddInitScriptAsync(Watch);
        await Circuit.MarkWhatIsSentAsync(page);

        await page.GotoAsync(address);
        await page.WaitForFunctionAsync("() => document.querySelector('main h1:not([data-sent])') !== null");

        (await page.EvaluateAsync<string[]>("() => window.losses")).ShouldBeEmpty();
    }
}
