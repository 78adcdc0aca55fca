using Microsoft.Playwright;
using NadooIt.Data.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace NadooIt.Tests.Browser;

/// <summary>Somebody at the operator marks executions as paid, refunds one, and finds it on the customer's statement; a customer's manager reverses one.</summary>
public sealed class MoneyStory(BrowserHost host, Chromium browser) : IClassFixture<BrowserHost>
{
    [Fact]
    public async Task Mark_as_paid_refund_reverse_and_read_the_statement()
    {
        var landscape = host.Landscape;
        var customer = await landscape.CustomerAsync("Miller Ltd");
        var account = await landscape.TimeAccountAsync(customer.Id, 40);
        var program = await landscape.CustomerProgramAsync(customer.Id, 0.01m, 60, account.Id);
        var person = landscape.Administrator.Id;
        await landscape.EmployAsync(customer.Id, person, Ability.CreateExecutions, Ability.ReverseExecutions);
        foreach (var (reference, seconds) in new[] { ("run-1", 100L), ("run-2", 50L), ("run-3", 70L) })
        {
            await host.Database.As<RecordExecution>(person).RunAsync(new(program.Id, reference, seconds, null, null), CancellationToken.None);
        }

        await using var context = await browser.NewContextAsync(host.Address);
        await host.SignInAsync(context, person);
        var page = await context.NewPageAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);

        await page.GotoAsync("/os/executions");
        await Circuit.AnswersAsync(page);
        await page.GetByLabel("Choose run-1").CheckAsync();
        await page.GetByLabel("Choose run-2").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Mark paid", Exact = true }).ClickAsync();
        await Expect(dialog.GetByTestId("payment-preview")).ToContainTextAsync("€1.100000");
        await dialog.GetByLabel("Payment reference").FillAsync("Invoice 4711");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Mark as paid" }).ClickAsync();
        await Expect(page.GetByText("2 executions are marked as paid")).ToBeVisibleAsync();
        await Expect(page.Locator("tbody tr").Filter(new() { HasText = "run-1" })).ToContainTextAsync("Paid");
        await ShootAsync(page, "executions");

        await OpenAsync(page, "run-1");
        await Expect(page.GetByTestId("status")).ToHaveTextAsync("Paid");
        await page.GetByRole(AriaRole.Button, new() { Name = "Refund", Exact = true }).ClickAsync();
        await Expect(dialog.GetByTestId("consequences")).ToContainTextAsync("€0.600000 are owed to the customer");
        await ShootAsync(page, "refund");
        await dialog.GetByLabel("Reason").FillAsync("Did not work");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Refund now" }).ClickAsync();
        await Expect(page.GetByTestId("status")).ToHaveTextAsync("Refunded");
        await Expect(page.Locator("section[aria-labelledby=history]")).ToContainTextAsync("Invoice 4711");
        await ShootAsync(page, "refunded");

        await OpenAsync(page, "run-3");
        await ShootAsync(page, "open");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reverse", Exact = true }).ClickAsync();
        await dialog.GetByLabel("Reason").FillAsync("Ran twice");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Reverse now" }).ClickAsync();
        await Expect(page.GetByTestId("status")).ToHaveTextAsync("Reversed");

        await page.GotoAsync("/os/statements");
        await ShootAsync(page, "statements");
        await page.GetByRole(AriaRole.Link, new() { Name = "Miller Ltd" }).ClickAsync();
        await Expect(page.GetByTestId("open-now")).ToHaveTextAsync("€0.000");
        await Expect(page.GetByTestId("owed-now")).ToHaveTextAsync("€0.600");
        await Expect(page.GetByTestId("money-total")).ToContainTextAsync("-€0.700000");
        await ShootAsync(page, "money");
        await page.GetByTestId("money-total").GetByRole(AriaRole.Link, new() { Name = "-€1.100000" }).ClickAsync();
        await Expect(page.GetByTestId("lines-sum")).ToHaveTextAsync("-€1.100000");
        await Circuit.AnswersAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Pay out" }).ClickAsync();
        await dialog.GetByLabel("Note").FillAsync("Bank transfer 12");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Book the payout" }).ClickAsync();
        await Expect(page.GetByTestId("owed-now")).ToHaveTextAsync("€0.000");
    }

    private static async Task OpenAsync(IPage page, string reference)
    {
        await page.GotoAsync("/os/executions");
        await page.Locator("tbody tr").Filter(new() { HasText = reference }).GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Execution {reference}" })).ToBeVisibleAsync();
        await Circuit.AnswersAsync(page);
    }

    /// <summary>Pictures for whoever wants to look, on a desktop and on a phone; only where a folder for them is named.</summary>
    private static async Task ShootAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("NADOOIT_PICTURES") is not { Length: > 0 } folder)
        {
            return;
        }

        foreach (var (kind, width) in new[] { ("phone", 390), ("desktop", 1440) })
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{kind}.png"), FullPage = true });
        }
    }
}
