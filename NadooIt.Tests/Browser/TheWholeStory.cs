using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using NadooIt.Tests.SignIn;
using NadooIt.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace NadooIt.Tests.Browser;

/// <summary>From an empty installation to the first execution that a program reports, seen live by who waits for it.</summary>
public sealed partial class TheWholeStory(SignInHost host, Chromium browser) : IClassFixture<SignInHost>
{
    [Fact]
    public async Task From_set_up_to_an_execution_that_appears_by_itself()
    {
        await using var context = await browser.NewContextAsync(host.Address);
        var page = await context.NewPageAsync();
        await VirtualKey.PlugInAsync(page);
        await SetUpAsync(page);

        await page.GotoAsync("/os/customers");
        await PressAsync(page, "New customer");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Miller Ltd");
        await PressAsync(dialog, "Create");
        await Expect(Heading(page, "Miller Ltd")).ToBeVisibleAsync();

        await page.GotoAsync("/os/keys/register");
        await Circuit.AnswersAsync(page);
        await page.GetByLabel("Display name").FillAsync("Grace Hopper");
        await PressAsync(page, "Create user");
        var code = (await page.GetByTestId("user-code").TextContentAsync())!;
        await using var secondContext = await browser.NewContextAsync(host.Address);
        await EnrolAsync(secondContext, (await page.GetByTestId("enrolment-link").TextContentAsync())!, code);

        await EmployAsync(page, code);
        await CreateProgramAsync(page);
        await CreateCustomerProgramAsync(page);
        var programId = (await page.Locator("#customer-program-id").TextContentAsync())!;
        var programAddress = page.Url;
        await BuyTimeAsync(page);
        await page.GotoAsync(programAddress);
        await PressAsync(page, "Change time accounts");
        // Choosing moves the account into the list of those drawn from: the check box gives way to its buttons.
        await dialog.GetByRole(AriaRole.Checkbox, new() { Name = "Contingent" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Leave out Contingent" })).ToBeVisibleAsync();
        await PressAsync(dialog, "Save");
        await Expect(dialog).ToHaveCountAsync(0);
        var key = await CreateApiKeyAsync(page);

        var list = await context.NewPageAsync();
        await list.GotoAsync("/os/executions");
        await Expect(list.GetByText("No executions", new() { Exact = true })).ToBeVisibleAsync();
        await page.GotoAsync("/os");
        await Expect(page.GetByText("No executions yet")).ToBeVisibleAsync();
        // Those two, and the home page of whoever has just enrolled.
        await Circuit.FollowedAsync(host, pages: 3);

        using var http = new HttpClient { BaseAddress = host.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await http.PostAsJsonAsync(
            "/api/v1/executions", new { customerProgramId = programId, reference = "run-1", timeSavedSeconds = 90 }, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, text);
        var execution = JsonDocument.Parse(text).RootElement;
        execution.GetProperty("prepaidSeconds").GetInt64().ShouldBe(60);
        execution.GetProperty("billedSeconds").GetInt64().ShouldBe(30);
        execution.GetProperty("price").GetProperty("amount").GetString().ShouldBe("0.300000");
        execution.GetProperty("timeBalanceSeconds").GetInt64().ShouldBe(0);

        var row = list.Locator("tbody tr").Filter(new() { HasText = "run-1" });
        await Expect(row).ToContainTextAsync("0 h : 1 min : 30 s");
        await Expect(row.GetByText("60 s", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(row.GetByText("30 s", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(row).ToContainTextAsync("€0.300");
        var recent = page.Locator("section[aria-labelledby=recent] li");
        await Expect(recent).ToContainTextAsync("Invoice reader");
        await Expect(recent).ToContainTextAsync("€0.300");

        await row.GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(Heading(list, "Execution run-1")).ToBeVisibleAsync();
        var derivation = list.Locator("section[aria-labelledby=derivation]");
        await Expect(derivation).ToContainTextAsync("cost = (saved − prepaid) × price per second");
        await Expect(derivation).ToContainTextAsync("90 s");
        await Expect(derivation).ToContainTextAsync("left there afterwards: 0 h : 0 min : 0 s");
        await Expect(derivation).ToContainTextAsync("€0.010000");
        await Expect(derivation).ToContainTextAsync("€0.300000");
    }

    private static async Task SetUpAsync(IPage page)
    {
        await page.GotoAsync($"/setup?token={SignInHost.SetUpToken}");
        await page.GetByLabel("Company name").FillAsync("NADOO");
        await page.GetByLabel("Display name").FillAsync("Ada Lovelace");
        await PressAsync(page, "Create and register security key");
        var code = await page.GetByTestId("user-code").TextContentAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await SignInAsync(page, code!);
    }

    private static async Task EnrolAsync(IBrowserContext context, string link, string code)
    {
        var page = await context.NewPageAsync();
        await VirtualKey.PlugInAsync(page, "internal");
        await page.GotoAsync(link);
        await PressAsync(page, "Register security key");
        (await page.GetByTestId("user-code").TextContentAsync()).ShouldBe(code);
        await page.GotoAsync("/login");
        await SignInAsync(page, code);
    }

    private static async Task SignInAsync(IPage page, string code)
    {
        await page.GetByLabel("User code").FillAsync(code);
        await PressAsync(page, "Sign in with security key");
        await page.WaitForURLAsync(Home());
        await Expect(Heading(page, "Home")).ToBeVisibleAsync();
    }

    private static async Task EmployAsync(IPage page, string code)
    {
        await page.GotoAsync("/os/employees");
        await PressAsync(page, "Add employee");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("User code").FillAsync(code);
        await dialog.GetByLabel("Customer").SelectOptionAsync("Miller Ltd");
        await PressAsync(dialog, "Add employee");
        await Expect(Heading(page, "Grace Hopper")).ToBeVisibleAsync();

        await PressAsync(page, "Give role");
        await dialog.GetByLabel("Role", new() { Exact = true }).SelectOptionAsync("Execution manager");
        await Expect(dialog.GetByLabel("Customer")).ToContainTextAsync("Miller Ltd");
        await dialog.GetByLabel("Record executions by hand", new() { Exact = true }).CheckAsync();
        await dialog.GetByLabel("Reason").FillAsync("Keeps the daily runs");
        await PressAsync(dialog, "Give");
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "The role" })).ToBeVisibleAsync();
        var roles = page.Locator("section[aria-labelledby=roles]");
        await Expect(roles).ToContainTextAsync("Execution manager");
        await Expect(roles).ToContainTextAsync("Record executions by hand");
        await Expect(roles).Not.ToContainTextAsync("Reverse executions");
    }

    private static async Task CreateProgramAsync(IPage page)
    {
        await page.GotoAsync("/os/programs");
        await PressAsync(page, "New program");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Invoice reader");
        await dialog.GetByLabel("Description").FillAsync("Reads invoices and files them.");
        await PressAsync(dialog, "Create");
        await Expect(Heading(page, "Invoice reader")).ToBeVisibleAsync();
    }

    private static async Task CreateCustomerProgramAsync(IPage page)
    {
        await page.GotoAsync("/os/customer-programs");
        await PressAsync(page, "New customer program");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Customer", new() { Exact = true }).SelectOptionAsync("Miller Ltd");
        await dialog.GetByLabel("Program", new() { Exact = true }).SelectOptionAsync("Invoice reader");
        await FillTimeAsync(dialog, "Saved time per execution", 60);
        await dialog.GetByLabel("Fixed price").CheckAsync();
        await dialog.GetByLabel("Price per second").FillAsync("0.01");
        await PressAsync(dialog, "Create");
        await Expect(Heading(page, "Invoice reader")).ToBeVisibleAsync();
        await Expect(page.GetByText("Fixed price €0.010000 per second").First).ToBeVisibleAsync();
    }

    private static async Task BuyTimeAsync(IPage page)
    {
        await page.GotoAsync("/os/time-accounts");
        await PressAsync(page, "Open time account");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Customer", new() { Exact = true }).SelectOptionAsync("Miller Ltd");
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Contingent");
        await PressAsync(dialog, "Open time account");
        await Expect(Heading(page, "Contingent")).ToBeVisibleAsync();
        await PressAsync(page, "Buy time");
        await FillTimeAsync(dialog, "Time", 60);
        await PressAsync(dialog, "Credit");
        await Expect(page.GetByTestId("balance")).ToHaveTextAsync("0 h : 1 min : 0 s");
    }

    private static async Task<string> CreateApiKeyAsync(IPage page)
    {
        await page.GotoAsync("/os/api-keys");
        await PressAsync(page, "Create API key");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Invoice reader on the scan server");
        await dialog.GetByLabel("Customer", new() { Exact = true }).SelectOptionAsync("Miller Ltd");
        await dialog.GetByLabel("Owner").SelectOptionAsync("Grace Hopper");
        await PressAsync(dialog, "Create");
        return (await page.GetByTestId("api-key").TextContentAsync())!;
    }

    private static async Task FillTimeAsync(ILocator dialog, string name, int seconds)
    {
        var group = dialog.GetByRole(AriaRole.Group, new() { Name = name, Exact = true });
        await group.GetByLabel("Hours").FillAsync("0");
        await group.GetByLabel("Minutes").FillAsync("0");
        await group.GetByLabel("Seconds").FillAsync(seconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await group.GetByLabel("Seconds").PressAsync("Tab");
    }

    private static async Task PressAsync(IPage page, string button)
    {
        var found = page.Locator("main").GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First;
        await found.WaitForAsync();
        await Circuit.AnswersAsync(page);
        await found.ClickAsync();
    }

    private static Task PressAsync(ILocator dialog, string button) => dialog.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    private static ILocator Heading(IPage page, string name) => page.GetByRole(AriaRole.Heading, new() { Name = name, Level = 1 });

    [GeneratedRegex("/os$")]
    private static partial Regex Home();
}
