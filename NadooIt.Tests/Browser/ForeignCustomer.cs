using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Playwright;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;
using NadooIt.Web.Shared;
using static Microsoft.Playwright.Assertions;

namespace NadooIt.Tests.Browser;

/// <summary>Somebody with one role at one customer: what is hers opens, what is another customer's does not exist.</summary>
public sealed class ForeignCustomer(BrowserHost host, Chromium browser) : IClassFixture<BrowserHost>
{
    [Fact]
    public async Task The_menu_the_pages_and_the_api_end_at_her_customer()
    {
        var own = await host.Landscape.CustomerAsync("Hers Ltd");
        var foreign = await host.Landscape.CustomerAsync("Theirs Ltd");
        var grace = await host.Landscape.PersonAsync("Grace Hopper");
        var contract = await host.Landscape.EmployAsync(own.Id, grace.Id, Ability.ViewExecutions, Ability.CreateExecutions, Ability.ViewCustomerPrograms);
        var (program, execution) = await RunAsync(own.Id);
        var (foreignProgram, foreignExecution) = await RunAsync(foreign.Id);
        var foreignAccount = await host.Landscape.TimeAccountAsync(foreign.Id, 60);
        var stranger = await host.Landscape.PersonAsync();
        var foreignContract = await host.Landscape.EmployAsync(foreign.Id, stranger.Id);

        await using var context = await browser.NewContextAsync(host.Address);
        await host.SignInAsync(context, grace.Id);
        var page = await context.NewPageAsync();

        await OpensAsync(page, Addresses.Home, "Home");
        foreach (var (area, isHers) in new[]
        {
            (Addresses.Profile, true), (Addresses.Customers, true), (Addresses.CustomerPrograms, true), (Addresses.Executions, true),
            (Addresses.Employees, false), (Addresses.TimeAccounts, false), (Addresses.ApiKeys, false), (Addresses.People, false),
            (Addresses.Audit, false), (Addresses.Platform, false),
        })
        {
            await Expect(page.Locator($"#navigation a[href='{area}']")).ToHaveCountAsync(isHers ? 1 : 0);
        }

        await Expect(page.GetByText("Theirs Ltd")).ToHaveCountAsync(0);
        await OpensAsync(page, Addresses.Customer(own.Id), "Hers Ltd");
        await IsNotFoundAsync(page, Addresses.Customer(foreign.Id));
        await OpensAsync(page, Addresses.CustomerProgram(program), null);
        await IsNotFoundAsync(page, Addresses.CustomerProgram(foreignProgram));
        await OpensAsync(page, Addresses.Execution(execution), "Execution own-run");
        await IsNotFoundAsync(page, Addresses.Execution(foreignExecution));

        await OpensAsync(page, Addresses.Executions, "Executions");
        await Expect(page.GetByText("own-run")).ToHaveCountAsync(1);
        await OpensAsync(page, Addresses.With(Addresses.Executions, ("customer", foreign.Id)), "Executions");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(0);

        await IsRefusedAsync(page, Addresses.Employees, "See employees");
        await IsRefusedAsync(page, Addresses.Employee(foreignContract.Id), "See employees");
        await IsRefusedAsync(page, Addresses.Employee(contract.Id), "See employees");
        await IsRefusedAsync(page, Addresses.TimeAccounts, "See time accounts");
        await IsRefusedAsync(page, Addresses.TimeAccount(foreignAccount.Id), "See time accounts");
        await IsRefusedAsync(page, Addresses.ApiKeys, "See API keys");
        await IsRefusedAsync(page, Addresses.People, "See people and security keys");
        await IsRefusedAsync(page, Addresses.Audit, "Read the audit trail");
        await IsRefusedAsync(page, Addresses.Platform, "Run the platform");

        var (_, key) = await host.ApiKeyAsync(own.Id, grace.Id);
        (await ReportAsync(key, program)).ShouldBe(HttpStatusCode.Created);
        (await ReportAsync(key, foreignProgram)).ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<(CustomerProgramId Program, ExecutionId Execution)> RunAsync(CustomerId customer)
    {
        var program = await host.Landscape.CustomerProgramAsync(customer);
        var recorder = await host.Landscape.EmployeeAsync(customer, Ability.CreateExecutions);
        var run = await host.Database.As<Data.Executions.RecordExecution>(recorder.Id).RunAsync(new(program.Id, "own-run", 90, null, null), TestContext.Current.CancellationToken);
        return (program.Id, run.Id);
    }

    private async Task<HttpStatusCode> ReportAsync(string key, CustomerProgramId program)
    {
        using var http = new HttpClient { BaseAddress = host.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await http.PostAsJsonAsync("/api/v1/executions", new { customerProgramId = program.Value, reference = "by-key" }, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static async Task OpensAsync(IPage page, string address, string? heading)
    {
        (await page.GotoAsync(address))!.Status.ShouldBe(200, address);
        await Expect(heading is null ? page.Locator("h1") : page.GetByRole(AriaRole.Heading, new() { Name = heading, Level = 1 })).ToBeVisibleAsync();
    }

    private static async Task IsNotFoundAsync(IPage page, string address)
    {
        (await page.GotoAsync(address))!.Status.ShouldBe(404, address);
        await Expect(page.Locator("h1")).ToHaveTextAsync("This does not exist here");
        await Expect(page.GetByText("Theirs Ltd")).ToHaveCountAsync(0);
    }

    private static async Task IsRefusedAsync(IPage page, string address, string ability)
    {
        (await page.GotoAsync(address))!.Status.ShouldBe(403, address);
        await Expect(page.Locator("main")).ToContainTextAsync(ability);
        await Expect(page.GetByText("Theirs Ltd")).ToHaveCountAsync(0);
    }
}
