using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;
using NadooIt.Tests.Support;
using NadooIt.Web.Executions;
using NadooIt.Web.Shared;
using static Microsoft.Playwright.Assertions;

namespace NadooIt.Tests.Browser;

/// <summary>Where so many executions begin like a text that only the newest days are searched, the list says so, and leads to the days before.</summary>
public sealed class SearchFurtherBack(BrowserHost host, Chromium browser) : IClassFixture<BrowserHost>
{
    private static readonly ExecutionSearch.Limits Limits = new();

    [Fact]
    public async Task What_was_not_searched_is_named_and_one_click_away()
    {
        var today = BusinessTime.DayOf(host.Database.Clock.GetUtcNow());
        var (newDay, oldDay) = (today.AddDays(-3), today.AddDays(-5));
        var (newCount, oldCount) = (Limits.Read + 1, Limits.Found + 1);
        var customer = await host.Landscape.CustomerAsync();
        var program = await host.Landscape.CustomerProgramAsync(customer.Id);
        var recorder = await host.Landscape.EmployeeAsync(customer.Id, Ability.CreateExecutions);
        await RecordAsync(program, recorder.Id, "old", oldCount, oldDay);
        await RecordAsync(program, recorder.Id, "new", newCount, newDay);
        await using var context = await browser.NewContextAsync(host.Address);
        await host.SignInAsync(context, recorder.Id);
        var page = await context.NewPageAsync();

        await page.GotoAsync(Addresses.With(Addresses.Executions, (ExecutionFilterAddress.From, ExecutionFilterAddress.Word(oldDay)), (ExecutionFilterAddress.Search, "old")));

        await Expect(page.GetByText("Nothing found so far")).ToBeVisibleAsync();
        await Expect(page.GetByText($"from {newDay.ToString("d", CultureInfo.GetCultureInfo("en"))} on")).ToBeVisibleAsync();
        await Expect(page.Locator(".tile-figure").First).ToHaveTextAsync("0");

        await Circuit.AnswersAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Search further back" }).ClickAsync();

        await Expect(page.Locator(".tile-figure").First).ToHaveTextAsync(oldCount.ToString("N0", CultureInfo.GetCultureInfo("en")));
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Search further back" })).ToHaveCountAsync(0);
        await Expect(page.GetByText("Nothing found so far")).ToHaveCountAsync(0);
        page.Url.ShouldContain($"from={ExecutionFilterAddress.Word(oldDay)}");
        page.Url.ShouldContain($"to={ExecutionFilterAddress.Word(newDay.AddDays(-1))}");
    }

    private async Task RecordAsync(CustomerProgram program, PersonId person, string reference, int count, DateOnly day)
    {
        var book = new ExecutionBook(host.Services.GetRequiredService<NadooItDatabase>());
        var (at, now) = (BusinessTime.StartOf(day).AddHours(12), host.Database.Clock.GetUtcNow());
        foreach (var page in Enumerable.Range(0, count).Chunk(5_000))
        {
            var results = await book.RecordAsync(
                [
                    .. page.Select(number => new RecordingOrder(
                        new(NewId.At<ExecutionId>(now), program.Id, $"{reference}-{number}", null, at, null, person, null, now), new Reach(true, []), [])),
                ],
                TestContext.Current.CancellationToken);
            results.ShouldAllBe(result => result.Refusal == null);
        }
    }
}
