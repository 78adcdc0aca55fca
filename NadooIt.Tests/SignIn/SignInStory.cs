using System.Text.RegularExpressions;
using Microsoft.Playwright;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.SignIn;

/// <summary>From an empty installation to two people who are signed in, in a real browser.</summary>
public sealed partial class SignInStory(SignInHost host, Chromium browser) : IClassFixture<SignInHost>
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
    }

    private static ILocator Heading(IPage page, string name) => page.GetByRole(AriaRole.Heading, new() { Name = name });

    private static async Task SignInAsync(IPage page, string code)
    {
        await page.GetByLabel("User code").FillAsync(code);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with security key" }).ClickAsync();
    }

    [GeneratedRegex("/os$")]
    private static partial Regex Home();
}
