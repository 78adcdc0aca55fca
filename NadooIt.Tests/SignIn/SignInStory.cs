using System.Text.RegularExpressions;
using Microsoft.Playwright;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.SignIn;

/// <summary>From an empty installation to two people who are signed in, in a real browser.</summary>
public sealed partial class SignInStory(SignInHost host, Chromium browser, PostgresServer server) : IClassFixture<SignInHost>
{
    [Fact]
    public async Task From_set_up_to_a_second_person()
    {
        await using var context = await browser.NewContextAsync(host.Address);
        var page = await context.NewPageAsync();
        await VirtualKey.PlugInAsync(page);

        await page.GotoAsync($"/setup?token={SignInHost.SetUpToken}");
        await Assertions.Expect(Heading(page, "Set up NADOO-IT")).ToBeVisibleAsync();
        await page.GetByLabel("Company name").FillAsync("NADOO");
        await page.GetByLabel("Display name").FillAsync("Ada Lovelace");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create and register security key" }).ClickAsync();
        var code = await page.GetByTestId("user-code").TextContentAsync();
        code!.Length.ShouldBe(16);

        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await SignInAsync(page, code);
        await page.WaitForURLAsync(Home());

        await page.GotoAsync($"/setup?token={SignInHost.SetUpToken}");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("Set-up is complete");

        await page.GotoAsync("/os/keys/register");
        await page.GetByLabel("Display name").FillAsync("Grace Hopper");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create user" }).ClickAsync();
        var link = await page.GetByTestId("enrolment-link").TextContentAsync();
        var secondCode = await page.GetByTestId("user-code").TextContentAsync();
        link!.ShouldStartWith(host.Address.ToString());

        // In the key manager's own browser the link is not for her.
        var otherTab = await context.NewPageAsync();
        await otherTab.GotoAsync(link);
        await Assertions.Expect(otherTab.GetByRole(AriaRole.Alert).First).ToContainTextAsync("for another person");
        await otherTab.CloseAsync();

        await using var secondContext = await browser.NewContextAsync(host.Address);
        var second = await secondContext.NewPageAsync();
        await VirtualKey.PlugInAsync(second, "internal");
        await second.GotoAsync(link);
        await Assertions.Expect(Heading(second, "Register your security key")).ToBeVisibleAsync();
        await second.GetByRole(AriaRole.Button, new() { Name = "Register security key" }).ClickAsync();
        (await second.GetByTestId("user-code").TextContentAsync()).ShouldBe(secondCode);

        await second.GotoAsync(link);
        await Assertions.Expect(second.GetByRole(AriaRole.Alert).First).ToContainTextAsync("no longer valid");
        await Assertions.Expect(second.GetByRole(AriaRole.Button, new() { Name = "Register security key" })).ToHaveCountAsync(0);

        await second.GotoAsync("/login?returnUrl=%2Fos%2Fsecurity");
        await SignInAsync(second, secondCode!);
        await Assertions.Expect(Heading(second, "Sessions")).ToBeVisibleAsync();
        await Assertions.Expect(second.GetByText("This device").First).ToBeVisibleAsync();

        // Deactivated in one browser, out within seconds in the other, without a click.
        await page.GotoAsync("/os/keys");
        await page.GetByRole(AriaRole.Link, new() { Name = "Grace Hopper" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Deactivate" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Deactivate" }).ClickAsync();
        await second.WaitForURLAsync(Login(), new() { Timeout = 5_000 });
        await second.GotoAsync("/os/security");
        await second.WaitForURLAsync(Login());
    }

    [Fact]
    public async Task A_further_key_and_the_end_of_all_sessions()
    {
        await using var own = new SignInHost(server);
        await own.InitializeAsync();
        await using var context = await browser.NewContextAsync(own.Address);
        var page = await context.NewPageAsync();
        var key = await VirtualKey.PlugInAsync(page);
        await page.GotoAsync($"/setup?token={SignInHost.SetUpToken}");
        await page.GetByLabel("Company name").FillAsync("NADOO");
        await page.GetByLabel("Display name").FillAsync("Ada Lovelace");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create and register security key" }).ClickAsync();
        var code = await page.GetByTestId("user-code").TextContentAsync();
        await page.GotoAsync("/login?returnUrl=//evil.example");
        await SignInAsync(page, code!);
        await page.WaitForURLAsync(Home());

        await page.GotoAsync("/os/security");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add security key" }).ClickAsync();
        await page.GetByLabel("Name of the key").FillAsync("Second one");
        await VirtualKey.UnplugAsync(key);
        await VirtualKey.PlugInAsync(page, "internal");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add security key" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Second one").First).ToBeVisibleAsync();
        await Assertions.Expect(Heading(page, "Security keys")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out everywhere" }).ClickAsync();
        await page.WaitForURLAsync(Login());
        await page.GotoAsync("/os/security");
        await page.WaitForURLAsync(Login());
        await SignInAsync(page, code!);
        await Assertions.Expect(Heading(page, "Sessions")).ToBeVisibleAsync();
    }

    private static ILocator Heading(IPage page, string name) => page.GetByRole(AriaRole.Heading, new() { Name = name });

    private static async Task SignInAsync(IPage page, string code)
    {
        await page.GetByLabel("User code").FillAsync(code);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with security key" }).ClickAsync();
    }

    [GeneratedRegex("/os$")]
    private static partial Regex Home();

    [GeneratedRegex("/login")]
    private static partial Regex Login();
}
