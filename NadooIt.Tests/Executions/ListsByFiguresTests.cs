using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;
using NadooIt.Domain.People;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Executions;

/// <summary>
/// Lists are guided by the kept figures and by what callers see, on several ways. Whatever the filter, the page, the order and the
/// caller, what comes out is what a plain filter over all executions finds.
/// </summary>
public sealed class ListsByFiguresTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int Customers = 53;
    private const int Filters = 250;
    private static readonly DateOnly Today = new(2026, 11, 20);
    private static readonly ExecutionSearch.Limits Small = new(Found: 30, Read: 10);
    private readonly Random random = new(20_261_130);
    private readonly List<ExecutionStory> stories = [];
    private readonly List<CustomerProgram> programs = [];
    private readonly List<Person> people = [];
    private List<Execution> all = [];
    private int references;
    private (PersonId Id, HashSet<CustomerId> Sees)[] callers = [];

    [Fact]
    public async Task Every_list_and_every_sum_is_that_of_a_plain_filter()
    {
        await FillAsync();
        var seen = 0;
        for (var number = 0; number < Filters; number++)
        {
            var (caller, filter) = (Any(callers), AnyFilter());
            var page = new PageRequest(random.Next(1, 5), Any(["occurred", "occurred", "occurred", "saved", "price"]), random.Next(3) > 0, Any([1, 4, 25, 100]));
            var wanted = Plain(all, caller.Sees, filter);

            var list = await database.As<ListExecutions>(caller.Id).RunAsync(new(filter, page), CancellationToken.None);

            var why = $"{number}: {filter} {page} of {caller.Sees.Count}";
            list.Page.Total.ShouldBe(wanted.Count, why);
            list.Page.Rows.Select(row => row.Id).ShouldBe(Sorted(wanted, page).Skip((page.Number - 1) * page.Size).Take(page.Size).Select(row => row.Id), why);
            list.Unsearched.ShouldBeNull();
            await ShouldSumAsync(caller.Id, filter, wanted, why);
            seen += list.Page.Rows.Count;
        }

        seen.ShouldBeGreaterThan(Filters, "most lists should hold something");
    }

    [Fact]
    public async Task Every_preview_of_payments_is_that_of_a_plain_filter()
    {
        await FillAsync();
        var (administrator, sees) = callers[0];
        var seen = 0;
        for (var number = 0; number < Filters / 2; number++)
        {
            var filter = AnyFilter();
            var wanted = Plain(all, sees, filter);
            var open = Enumerable.Reverse(wanted).Where(row => row.Status == ExecutionStatus.NotPaid).ToList();

            var preview = await database.As<PreviewPayments>(administrator).RunAsync(new(null, filter), CancellationToken.None);

            var why = $"{number}: {filter}";
            preview.Payable.ShouldBe(open.Select(row => row.Id), why);
            preview.Sum.Amount.ShouldBe(open.Sum(row => row.Price.Amount), why);
            preview.Skipped.Sum(skipped => skipped.Count).ShouldBe(wanted.Count - open.Count, why);
            (preview.Later, preview.Unsearched).ShouldBe((0, null), why);
            seen += preview.Payable.Count;
        }

        seen.ShouldBeGreaterThan(Filters, "most previews should hold something");
    }

    [Fact]
    public async Task Somebody_of_more_than_fifty_customers_sees_all_pages_of_them_and_nothing_else()
    {
        await FillAsync();
        var (many, sees) = callers[3];
        sees.Count.ShouldBe(Customers - 1);
        foreach (var status in new ExecutionStatus?[] { null, ExecutionStatus.NotPaid, ExecutionStatus.Paid, ExecutionStatus.Reversed, ExecutionStatus.Refunded })
        {
            var filter = new ExecutionFilter(Status: status);
            var wanted = Plain(all, sees, filter);
            var rows = new List<ExecutionId>();
            for (var number = 1; number <= (wanted.Count / 10) + 1; number++)
            {
                rows.AddRange((await database.As<ListExecutions>(many).RunAsync(new(filter, new(number, Size: 10)), CancellationToken.None)).Page.Rows.Select(row => row.Id));
            }

            rows.ShouldBe(wanted.Select(row => row.Id), status.ToString());
            await ShouldSumAsync(many, filter, wanted, status.ToString());
        }
    }

    [Fact]
    public async Task A_search_that_fits_too_much_looks_at_the_newest_days_and_says_which_are_left_until_none_is()
    {
        await FillAsync();
        var (found, mostSteps) = (0, 0);
        foreach (var (person, sees) in callers)
        {
            foreach (var filter in new ExecutionFilter[]
            {
                new(Search: "run"), new(Search: "run-1"), new(Search: "A-1"), new(Search: "run", Status: ExecutionStatus.Paid), new(Search: "run", Customer: stories[0].Customer),
                new(NamedPeriod.ThisMonth, Search: "run"), new(From: Today.AddDays(-70), To: Today.AddDays(-5), Search: "run"),
                new(Search: "run", Person: people[0].Id), new(Search: "run", Person: people[0].Id, Status: ExecutionStatus.NotPaid), new(Search: "nothing"),
            })
            {
                var wanted = Plain(all, sees, filter);
                var reached = new List<ExecutionId>();
                var step = filter;
                for (var steps = 1; ; steps++)
                {
                    var (rows, unsearched) = await SearchAsync(person, step);
                    var days = step.Days(Today);
                    var searched = unsearched is { Last: { } last } ? days with { First = last.AddDays(1) } : days;
                    rows.ShouldBe(wanted.Where(row => searched.Includes(BusinessTime.DayOf(row.OccurredAt))).Select(row => row.Id), ignoreOrder: true, step.ToString());
                    reached.AddRange(rows);
                    mostSteps = Math.Max(mostSteps, steps);
                    if (unsearched is not { } left)
                    {
                        break;
                    }

                    left.First.ShouldBe(days.First);
                    step = filter with { Period = null, From = left.First, To = left.Last };
                }

                reached.ShouldBe(wanted.Select(row => row.Id), ignoreOrder: true, filter.ToString());
                found += reached.Count;
            }
        }

        found.ShouldBeGreaterThan(0);
        mostSteps.ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task The_last_20_of_what_is_searched_for_lack_no_day_once_20_are_found()
    {
        await FillAsync();
        var filter = new ExecutionFilter(NamedPeriod.Last20, Search: "run");
        var (administrator, sees) = callers[0];
        var access = database.As<Access>(administrator);
        await using var db = await access.OpenAsync(Ability.ViewExecutions, CancellationToken.None);

        var search = await ExecutionSearch.BeginAsync(access, db, filter, filter.Days(Today), CancellationToken.None, Small);

        (await search.Rows.Select(row => row.Id).ToListAsync()).ShouldBe(Plain(all, sees, filter).Select(row => row.Id), ignoreOrder: true);
        search.Unsearched.ShouldNotBeNull();
        search.UnsearchedAfter(ExecutionFilter.LastCount, filter).ShouldBeNull();
        search.UnsearchedAfter(ExecutionFilter.LastCount - 1, filter).ShouldBe(search.Unsearched);
        search.UnsearchedAfter(ExecutionFilter.LastCount, filter with { Period = null }).ShouldBe(search.Unsearched);
    }

    private async Task<(List<ExecutionId> Rows, DaySpan? Unsearched)> SearchAsync(PersonId person, ExecutionFilter filter)
    {
        var access = database.As<Access>(person);
        await using var db = await access.OpenAsync(Ability.ViewExecutions, CancellationToken.None);
        var search = await ExecutionSearch.BeginAsync(access, db, filter, filter.Days(Today), CancellationToken.None, Small);
        return (await search.Rows.Select(row => row.Id).ToListAsync(), search.Unsearched);
    }

    private async Task ShouldSumAsync(PersonId person, ExecutionFilter filter, IReadOnlyList<Execution> wanted, string? why)
    {
        var sums = await database.As<SumExecutions>(person).RunAsync(filter, CancellationToken.None);
        foreach (var (figures, rows) in new[]
        {
            (sums.Counted, wanted.Where(row => row.Status is ExecutionStatus.NotPaid or ExecutionStatus.Paid or ExecutionStatus.Disputed).ToList()),
            (sums.Reversed, wanted.Where(row => row.Status == ExecutionStatus.Reversed).ToList()),
        })
        {
            (figures.Count, figures.Saved.Value, figures.Prepaid.Value, figures.Billed.Value, figures.Price.Amount).ShouldBe(
                (rows.Count, rows.Sum(row => row.Saved.Value), rows.Sum(row => row.Prepaid.Value), rows.Sum(row => row.Billed.Value), rows.Sum(row => row.Price.Amount)), why);
        }
    }

    private ExecutionFilter AnyFilter()
    {
        T? Sometimes<T>(int oneOf, Func<T> value)
            where T : struct => random.Next(oneOf) == 0 ? value() : null;
        var story = Any(stories[..8]);
        var from = Sometimes(3, () => Today.AddDays(-random.Next(150)));
        return new(
            from is null ? Sometimes(3, () => Any(Enum.GetValues<NamedPeriod>())) : null,
            from,
            from is null ? null : Sometimes(2, () => from.Value.AddDays(random.Next(60))),
            Sometimes(4, () => story.Customer),
            Sometimes(6, () => Any(programs).Id),
            Sometimes(2, () => Any([ExecutionStatus.NotPaid, ExecutionStatus.Paid, ExecutionStatus.Reversed, ExecutionStatus.Disputed])),
            Sometimes(4, () => Any(people).Id),
            random.Next(5) == 0 ? Any(["run", "run-1", "run-12", "A-", "A-3", "none"]) : null);
    }

    private static List<Execution> Plain(IEnumerable<Execution> rows, HashSet<CustomerId> sees, ExecutionFilter filter)
    {
        var days = filter.Days(Today);
        var found = rows
            .Where(row => sees.Contains(row.CustomerId) && days.Includes(BusinessTime.DayOf(row.OccurredAt)))
            .Where(row => filter.Customer is null || row.CustomerId == filter.Customer)
            .Where(row => filter.CustomerProgram is null || row.CustomerProgramId == filter.CustomerProgram)
            .Where(row => filter.Status is null || row.Status == filter.Status)
            .Where(row => filter.Person is null || row.PersonId == filter.Person)
            .Where(row => filter.Search is not { } text || row.Reference.StartsWith(text, StringComparison.Ordinal) || row.OrderReference?.StartsWith(text, StringComparison.Ordinal) == true)
            .OrderByDescending(row => row.OccurredAt).ThenByDescending(row => row.Id.ToString(), StringComparer.Ordinal);
        return [.. filter.IsLastOnly ? found.Take(ExecutionFilter.LastCount) : found];
    }

    private static IEnumerable<Execution> Sorted(List<Execution> newestFirst, PageRequest page)
    {
        Func<Execution, decimal> key = page.Sort switch
        {
            "saved" => row => row.Saved.Value,
            "price" => row => row.Price.Amount,
            _ => row => row.OccurredAt.UtcTicks,
        };
        var sorted = page.Descending ? newestFirst.OrderByDescending(key) : newestFirst.OrderBy(key);
        return page is { Sort: "occurred", Descending: false }
            ? sorted.ThenBy(row => row.Id.ToString(), StringComparer.Ordinal)
            : sorted.ThenByDescending(row => row.Id.ToString(), StringComparer.Ordinal);
    }

    private T Any<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    /// <summary>
    /// Many customers with little on the same two days, a few with much over five months by two people each, and one with so many
    /// programs that their days are walked rather than asked for one by one.
    /// </summary>
    private async Task FillAsync()
    {
        database.Clock.Set(BusinessTime.StartOf(Today).AddHours(20));
        for (var number = 0; number < Customers; number++)
        {
            stories.Add(await ExecutionStory.BeginAsync(database));
        }

        foreach (var (story, number) in stories.Select((story, number) => (story, number)))
        {
            await FillAsync(story, number);
        }

        await using var db = database.Open();
        all = await db.Executions.AsNoTracking().ToListAsync();
        var six = await SeesAsync(stories.Take(6));
        var many = await SeesAsync(stories.Take(Customers - 1));
        callers =
        [
            (database.Landscape.Administrator.Id, [.. all.Select(row => row.CustomerId)]), (stories[0].Recorder.Id, [stories[0].Customer]),
            (six, [.. stories.Take(6).Select(story => story.Customer)]), (many, [.. stories.Take(Customers - 1).Select(story => story.Customer)]),
        ];
    }

    private async Task FillAsync(ExecutionStory story, int number)
    {
        var account = await story.AccountAsync(number % 2 == 0 ? 1_500 : 0);
        var own = new List<CustomerProgram> { await story.ProgramAsync(0.01m, 60, account.Id) };
        while (number == 5 && own.Count < 30)
        {
            own.Add(await story.ProgramAsync());
        }

        people.Add(story.Recorder);
        programs.AddRange(own.Take(2));
        var second = await database.Landscape.EmployeeAsync(story.Customer, Ability.CreateExecutions);
        if (number < 6)
        {
            people.Add(second);
        }

        foreach (var at in Moments(number, own.Count))
        {
            var recorder = number < 6 && random.Next(3) == 0 ? second.Id : story.Recorder.Id;
            var recorded = await database.As<RecordExecution>(recorder).RunAsync(
                new(own[random.Next(own.Count)].Id, $"run-{++references}", random.Next(1, 300), at, random.Next(3) == 0 ? $"A-{random.Next(40)}" : null), CancellationToken.None);
            if (random.Next(8) == 0)
            {
                await ReverseIfOpenAsync(story, recorded.Id);
            }
        }
    }

    private async Task ReverseIfOpenAsync(ExecutionStory story, ExecutionId id)
    {
        await using var db = database.Open();
        if (await db.Executions.AnyAsync(row => row.Id == id && row.Status == ExecutionStatus.NotPaid))
        {
            await (await database.AsTouchedAsync<ReverseExecution>(story.Recorder.Id)).RunAsync(id, "wrong", CancellationToken.None);
        }
    }

    private IEnumerable<DateTimeOffset> Moments(int customer, int programCount)
    {
        var now = BusinessTime.StartOf(Today).AddHours(19);
        for (var i = 0; customer < 6 && i < 40; i++)
        {
            yield return now.AddDays(-random.Next(150)).AddMinutes(-random.Next(600));
        }

        for (var i = 0; i < (programCount > 2 ? 90 : 2); i++)
        {
            yield return now.AddDays(-random.Next(2)).AddMinutes(-random.Next(60));
        }
    }

    private async Task<PersonId> SeesAsync(IEnumerable<ExecutionStory> of)
    {
        var person = await database.Landscape.PersonAsync();
        foreach (var story in of)
        {
            await database.Landscape.EmployAsync(story.Customer, person.Id, Ability.ViewExecutions);
        }

        return person.Id;
    }
}
