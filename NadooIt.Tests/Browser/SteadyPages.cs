using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Browser;

/// <summary>A page that has come stays while its circuit starts: nothing that was readable goes away for a moment.</summary>
public sealed partial class SteadyPages(EveryPage.Site site, Chromium browser) : IClassFixture<EveryPage.Site>
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

    /// <summary>Whoever clicks before the circuit stands arrives where the link leads, and the circuit draws that page.</summary>
    [Fact]
    public async Task A_link_clicked_while_the_circuit_starts_leads_to_its_page()
    {
        await using var context = await browser.NewContextAsync(site.Host.Address);
        await site.Host.SignInAsync(context, site.Host.Landscape.Administrator.Id);
        var page = await context.NewPageAsync();
        await Circuit.MarkWhatIsSentAsync(page);
        var held = new ConcurrentQueue<Action>();
        var isHeld = true;
        await page.RouteWebSocketAsync(BlazorSocket(), socket =>
        {
            var server = socket.ConnectToServer();
            server.OnMessage(frame =>
            {
                void Pass()
                {
                    if (frame.Binary is { } bytes)
                    {
                        socket.Send(bytes);
                    }
                    else
                    {
                        socket.Send(frame.Text!);
                    }
                }

                if (isHeld)
                {
                    held.Enqueue(Pass);
                }
                else
                {
                    Pass();
                }
            });
        });

        await page.GotoAsync("/os/customers");
        await page.Locator("main table").GetByRole(AriaRole.Link, new() { Name = "Müller und Söhne Feinblechverarbeitung GmbH" }).ClickAsync();
        await Assertions.Expect(page.Locator("main h1")).ToHaveTextAsync("Müller und Söhne Feinblechverarbeitung GmbH");
        isHeld = false;
        while (held.TryDequeue(out var pass))
        {
            pass();
        }

        await page.WaitForFunctionAsync("() => document.querySelector('main h1:not([data-sent])') !== null");
        await Assertions.Expect(page.Locator("main h1")).ToHaveTextAsync("Müller und Söhne Feinblechverarbeitung GmbH");
        page.Url.ShouldEndWith(site.Id("/os/customers/{Id}"));
    }

    [GeneratedRegex("/_blazor")]
    private static partial Regex BlazorSocket();
}
