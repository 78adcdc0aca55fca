using System.Collections.Concurrent;
using Microsoft.Playwright;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Browser;

/// <summary>The pages work under the policy that forbids inline code, and the policy is in force.</summary>
public sealed class ContentPolicy(BrowserHost host, Chromium browser) : IClassFixture<BrowserHost>
{
    [Fact]
    public async Task The_main_pages_keep_it_and_foreign_code_does_not_run()
    {
        await host.Landscape.CustomerAsync("Zuse KG");
        await using var context = await browser.NewContextAsync(host.Address);
        await host.SignInAsync(context, host.Landscape.Administrator.Id);
        var page = await context.NewPageAsync();
        var violations = new ConcurrentQueue<string>();
        await page.ExposeFunctionAsync("violated", (string what) => violations.Enqueue(what));
        await page.AddInitScriptAsync(
            "document.addEventListener('securitypolicyviolation', event => window.violated(`${location.pathname}: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`))");

        foreach (var address in new[] { "/login", "/os", "/os/executions", "/os/security", "/os/audit", "/os/customers" })
        {
            await page.GotoAsync(address);
            await Assertions.Expect(page.Locator("h1").First).ToBeVisibleAsync();
        }

        // A dialog is made by the circuit, after the page was sent.
        await Circuit.AnswersAsync(page);
        await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "New customer", Exact = true }).First.ClickAsync();
        await Assertions.Expect(page.Locator("dialog[open] form")).ToBeVisibleAsync();
        violations.ShouldBeEmpty();

        await page.EvaluateAsync(
            """
            () => {
                const script = document.createElement('script');
                script.textContent = "document.documentElement.dataset.foreign = 'ran'";
                document.body.append(script);
            }
            """);
        (await page.EvaluateAsync<string?>("() => document.documentElement.dataset.foreign ?? null")).ShouldBeNull();
        violations.Count.ShouldBe(1);
    }
}
