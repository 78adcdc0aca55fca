using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using NadooIt.Data.Executions;
using NadooIt.Data.Keys;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;
using NadooIt.Domain.Webhooks;
using NadooIt.Tests.Support;
using NadooIt.Web.Shared;

namespace NadooIt.Tests.Browser;

/// <summary>
/// Every page of docs/routes.txt, with data in it, in both themes and languages, on a desktop and a phone: nothing that
/// an accessibility checker finds, one heading, no sideways scrolling, a silent console, the language that was asked for.
/// </summary>
public sealed class EveryPage(EveryPage.Site site, Chromium browser) : IClassFixture<EveryPage.Site>
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();
    private static readonly object Rules = new { type = "tag", values = new[] { "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice" } };

    /// <summary>The only rule that a theme makes a difference to.</summary>
    private static readonly object Contrast = new { type = "rule", values = new[] { "color-contrast" } };

    /// <summary>Each page comes once in a language and is looked at in one width and theme, and then in the other ones.</summary>
    [Theory]
    [InlineData("en", ColorScheme.Light, false)]
    [InlineData("de", ColorScheme.Dark, true)]
    public async Task Is_sound(string language, ColorScheme scheme, bool isPhone)
    {
        await using var signedIn = await browser.NewContextAsync(site.Host.Address, language, scheme, SizeOf(isPhone));
        await using var anonymous = await browser.NewContextAsync(site.Host.Address, language, scheme, SizeOf(isPhone));
        await site.Host.SignInAsync(signedIn, site.Host.Landscape.Administrator.Id);
        var complaints = new ConcurrentQueue<string>();

        // Two pages at a time: one thinks on the server while the other is looked at.
        var open = new ConcurrentQueue<string>(site.Addresses());
        await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            var page = await WatchedAsync(signedIn, complaints);
            var outside = await WatchedAsync(anonymous, complaints);
            while (open.TryDequeue(out var address))
            {
                var shown = address.StartsWith("/os", StringComparison.Ordinal) ? page : outside;
                await LookAsync(shown, address, language, scheme, isPhone, complaints);
            }
        }));

        complaints.IsEmpty.ShouldBeTrue(string.Join('\n', complaints));
    }

    [Fact]
    public async Task Home_leads_to_the_complaints_that_wait()
    {
        await using var context = await browser.NewContextAsync(site.Host.Address, "en", ColorScheme.Light, SizeOf(false));
        await site.Host.SignInAsync(context, site.Host.Landscape.Administrator.Id);
        var page = await context.NewPageAsync();
        await page.GotoAsync(Addresses.Home);

        var section = page.GetByRole(AriaRole.Region, new() { Name = "Open complaints (1)", Exact = true });
        await section.GetByRole(AriaRole.Link, new() { Name = "disputed", Exact = true }).ClickAsync();

        await page.WaitForURLAsync(url => url.Contains(Addresses.Complaints + "/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("en", ColorScheme.Light, true)]
    [InlineData("de", ColorScheme.Dark, false)]
    public async Task Its_dialogs_are_sound(string language, ColorScheme scheme, bool isPhone)
    {
        await using var context = await browser.NewContextAsync(site.Host.Address, language, scheme, SizeOf(isPhone));
        await site.Host.SignInAsync(context, site.Host.Landscape.Administrator.Id);
        var complaints = new ConcurrentQueue<string>();
        var page = await WatchedAsync(context, complaints);
        foreach (var (address, english, german) in site.Dialogs())
        {
            await page.GotoAsync(address);
            var button = page.Locator("main").GetByRole(AriaRole.Button, new() { Name = language == "en" ? english : german, Exact = true }).First;
            await Circuit.AnswersAsync(page);
            await button.ClickAsync();
            var dialog = page.Locator("dialog[open]");
            await Assertions.Expect(dialog.Locator("form")).ToBeVisibleAsync();
            await CheckAllAsync(page, $"{address} with {english}", language, scheme, isPhone, complaints, async () =>
            {
                if (!await dialog.EvaluateAsync<bool>("dialog => dialog.scrollWidth <= dialog.clientWidth"))
                {
                    complaints.Enqueue($"{address} ({language}, {page.ViewportSize!.Width} px): what '{english}' opens is wider than its dialog");
                }
            });
        }

        complaints.IsEmpty.ShouldBeTrue(string.Join('\n', complaints));
    }

    private static ViewportSize SizeOf(bool isPhone) =>
        isPhone ? new ViewportSize { Width = 390, Height = 844 } : new ViewportSize { Width = 1280, Height = 900 };

    private static async Task<IPage> WatchedAsync(IBrowserContext context, ConcurrentQueue<string> complaints)
    {
        var page = await context.NewPageAsync();
        await Circuit.MarkWhatIsSentAsync(page);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ReducedMotion = ReducedMotion.Reduce });

        // A status that a page is meant to have is a line of the console too.
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource: the server responded with a status of 4", StringComparison.Ordinal))
            {
                complaints.Enqueue($"{page.Url}: console: {message.Text}");
            }
        };
        page.PageError += (_, error) => complaints.Enqueue($"{page.Url}: {error}");
        return page;
    }

    private static async Task LookAsync(IPage page, string address, string language, ColorScheme scheme, bool isPhone, ConcurrentQueue<string> complaints)
    {
        var response = await page.GotoAsync(address);
        int expected = address switch { "/setup" => 410, "/status/404" or "/not-found" => response!.Status, _ => 200 };
        if (response!.Status != expected)
        {
            complaints.Enqueue($"{address}: status {response.Status}");
        }

        if (new Uri(page.Url).AbsolutePath != address.Split('?')[0])
        {
            complaints.Enqueue($"{address}: ended at {page.Url}");
        }

        await Circuit.ShownAsync(page, await response.TextAsync());
        await CheckAllAsync(page, address, language, scheme, isPhone, complaints);
    }

    /// <summary>What is shown, in both widths by every rule, and each time in the other theme too.</summary>
    private static async Task CheckAllAsync(
        IPage page, string what, string language, ColorScheme scheme, bool isPhone, ConcurrentQueue<string> complaints, Func<Task>? further = null)
    {
        var other = scheme == ColorScheme.Light ? ColorScheme.Dark : ColorScheme.Light;
        foreach (var (size, first, second) in new[] { (SizeOf(isPhone), scheme, other), (SizeOf(!isPhone), other, scheme) })
        {
            await page.SetViewportSizeAsync(size.Width, size.Height);
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = first });
            await CheckAsync(page, what, language, Rules, complaints);
            await (further?.Invoke() ?? Task.CompletedTask);
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = second });
            await CheckAsync(page, $"{what} in the other theme", language, Contrast, complaints);
        }

        await page.SetViewportSizeAsync(SizeOf(isPhone).Width, SizeOf(isPhone).Height);
    }

    private static async Task CheckAsync(IPage page, string what, string language, object rules, ConcurrentQueue<string> complaints)
    {
        await Assertions.Expect(page.Locator("h1").First).ToBeVisibleAsync();
        var seen = await page.EvaluateAsync<Seen>(
            "() => ({ headings: document.querySelectorAll('h1').length, language: document.documentElement.lang, overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth, title: document.title })");
        if (seen.Headings != 1 || seen.Language != language || seen.Overflow > 0 || seen.Title.Length == 0)
        {
            complaints.Enqueue($"{what} ({language}, {page.ViewportSize!.Width} px): {seen.Headings} headings, lang {seen.Language}, {seen.Overflow} px too wide, title '{seen.Title}'");
        }

        // In the page itself: the library would open another one for each of these to put the parts of frames together, and no page has frames.
        await page.EvaluateAsync(Axe);
        var violations = await page.EvaluateAsync<string[]>(
            """
            runOnly => axe.run(document, { runOnly, resultTypes: ['violations'] }).then(found => found.violations.map(
                violation => `${violation.id}: ${violation.help}: ${violation.nodes.slice(0, 3).map(node => `${node.target} ${node.html}`).join(' | ')}`))
            """,
            rules);
        foreach (var violation in violations)
        {
            complaints.Enqueue($"{what} ({language}, {page.ViewportSize!.Width} px): {violation}");
        }
    }

    private sealed class Seen
    {
        public int Headings { get; set; }

        public string Language { get; set; } = "";

        public int Overflow { get; set; }

        public string Title { get; set; } = "";
    }

    /// <summary>A customer who has one of everything, and the addresses of all of it.</summary>
    public sealed class Site(PostgresServer server) : IAsyncLifetime
    {
        private readonly Dictionary<string, string> ids = [];
        private string enrolment = "";

        public BrowserHost Host { get; } = new(server);

        public async ValueTask InitializeAsync()
        {
            await Host.InitializeAsync();
            var landscape = Host.Landscape;
            var administrator = landscape.Administrator.Id;
            var customer = await landscape.CustomerAsync("Müller und Söhne Feinblechverarbeitung GmbH");
            var grace = await landscape.PersonAsync("Grace Hopper");
            var contract = await landscape.EmployAsync(customer.Id, grace.Id, Ability.CreateExecutions, Ability.ViewTimeAccounts, Ability.AddEmployees);
            await landscape.EmployAsync(customer.Id, administrator, [.. Roles.All.Where(role => !role.AtOperatorOnly).SelectMany(role => role.Abilities)]);
            var account = await landscape.TimeAccountAsync(customer.Id, 7_200);
            var program = await landscape.CustomerProgramAsync(customer.Id, null, 60, account.Id);
            await landscape.CustomerProgramAsync(customer.Id, 0.01m, 600);
            var (key, _) = await Host.ApiKeyAsync(customer.Id, grace.Id);
            var record = Host.Database.As<RecordExecution>(grace.Id);
            var execution = default(ExecutionId);
            foreach (var (reference, saved) in new[] { ("first", 90L), ("second", 5_400), ("third", 3_600), ("REFERENCE-2026-000000000000001", 1) })
            {
                execution = (await record.RunAsync(new(program.Id, reference, saved, null, "Order 4711"), CancellationToken.None)).Id;
            }

            var once = await landscape.CustomerProgramAsync(customer.Id, 0.02m, 300, account.Id);
            await using (var terms = Host.Database.Open())
            {
                var stored = (await terms.CustomerPrograms.FindAsync(once.Id))!;
                stored.Change(stored.Terms with { ChargesOncePerOrder = true });
                await terms.SaveChangesAsync();
            }

            await record.RunAsync(new(once.Id, "of order", null, null, "Order 4712"), CancellationToken.None);
            await record.RunAsync(new(once.Id, "of order again", null, null, "Order 4712"), CancellationToken.None);
            var disputed = (await record.RunAsync(new(program.Id, "disputed", 45, null, null), CancellationToken.None)).Id;
            ids["/os/complaints/{Id}"] = (await Host.Database.As<NadooIt.Data.Complaints.FileComplaint>(grace.Id).RunAsync(disputed, "Ran twice for the same order", CancellationToken.None)).ToString();
            enrolment = (await (await Host.Database.AsTouchedAsync<RegisterPerson>(administrator)).RunAsync(new("Katherine Johnson", null), CancellationToken.None)).EnrolmentToken;
            ids["/os/customers/{Id}"] = customer.Id.ToString();
            ids["/os/customers/{Id}/money"] = customer.Id.ToString();
            ids["/os/employees/{Id}"] = contract.Id.ToString();
            ids["/os/programs/{Id}"] = program.ProgramId.ToString();
            ids["/os/customer-programs/{Id}"] = program.Id.ToString();
            ids["/os/executions/{Id}"] = execution.ToString();
            ids["/os/time-accounts/{Id}"] = account.Id.ToString();
            ids["/os/api-keys/{Id}"] = key.ToString();
            ids["/os/keys/{Id}"] = grace.Id.ToString();
            var webhook = WebhookEndpoint.Create(customer.Id, "https://example.com/hook", WebhookEvents.All, [], false, grace.Id, Host.Database.Clock.GetUtcNow());
            await using var db = Host.Database.Open();
            db.Add(webhook);
            var now = Host.Database.Clock.GetUtcNow();
            db.Add(ApiRequest.Note(customer.Id, key, new(now, "POST", "/api/v1/executions", 201, 1_830, "0af7651916cd43dd8448eb211c80319c")));
            db.Add(ApiRequest.Note(customer.Id, key, new(now, "GET", "/api/v1/executions/{id}/receipt", 404, 730, "4bf92f3577b34da6a3ce929d0e0e4736")));
            db.Add(ApiKeyDay.Count(key, customer.Id, BusinessTime.DayOf(now), 412, 7));
            db.Add(ApiKey.Create(customer.Id, administrator, new("Test", [Ability.RunPrograms], [], null), ApiKeySecret.Create(isTest: true), administrator, now));
            await NadooIt.Tests.ApiKeys.TestLedgerTests.PutAsync(Host.Database, customer.Id, administrator);
            db.Add(Notice.Tell(administrator, NoticeKind.NewDevice, null, ["Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0", "192.0.2.1"], now));
            db.Add(Notice.Tell(administrator, NoticeKind.ApiKeyExpires, key.Value, ["Feinblech", customer.Name, "2026-12-24T10:00:00Z"], now));
            var request = AccessRequest.Ask(grace.Id, Ability.EditCustomer, customer.Id, "Für die neue Anschrift", Host.Database.Clock.GetUtcNow());
            db.Add(request);
            ids["/os/requests/{Id}"] = request.Id.ToString();
            await db.SaveChangesAsync();
            ids["/os/webhooks/{Id}"] = webhook.Id.ToString();
        }

        public ValueTask DisposeAsync() => Host.DisposeAsync();

        /// <summary>The pages of docs/routes.txt, with ids that exist.</summary>
        public IReadOnlyList<string> Addresses()
        {
            var pages = File.ReadLines(Path.Combine(Repository.Root, "docs/routes.txt"))
                .Select(line => line.Split('\t')).Where(cells => cells[0] == "GET,POST").Select(cells => cells[1]).Select(Fill).ToList();
            pages.Count.ShouldBeGreaterThan(20);
            pages.ShouldAllBe(address => !address.Contains('{'), "a page with an id needs a record of that kind here");
            return pages;
        }

        /// <summary>A page, and what the button that opens its dialog is called in English and German.</summary>
        public IReadOnlyList<(string Address, string English, string German)> Dialogs() =>
        [
            ("/os/customers", "New customer", "Neuer Kunde"),
            ("/os/employees", "Add employee", "Mitarbeitende hinzufügen"),
            (Fill("/os/employees/{Id:guid}"), "Give role", "Rolle geben"),
            (Fill("/os/employees/{Id:guid}"), "End contract", "Vertrag beenden"),
            (Fill("/os/employees/{Id:guid}"), "Offboard", "Ausscheiden lassen"),
            (Fill("/os/requests/{Id:guid}"), "Refuse", "Ablehnen"),
            ("/os/programs", "New program", "Neues Programm"),
            ("/os/customer-programs", "New customer program", "Neues Kundenprogramm"),
            (Fill("/os/customer-programs/{Id:guid}"), "Change terms", "Bedingungen ändern"),
            (Fill("/os/customer-programs/{Id:guid}"), "Set budget", "Budget setzen"),
            ("/os/budgets", "Budget for a customer", "Budget für einen Kunden"),
            ("/os/time-accounts", "Open time account", "Zeitkonto eröffnen"),
            (Fill("/os/time-accounts/{Id:guid}"), "Buy time", "Zeit kaufen"),
            ("/os/api-keys", "Create API key", "API-Schlüssel erstellen"),
            (Fill("/os/api-keys/{Id:guid}"), "Replace key", "Schlüssel erneuern"),
            ("/os/test-executions", "Delete test data", "Testdaten löschen"),
            ("/os/webhooks", "New webhook", "Neuer Webhook"),
            ("/os/executions", "Record execution", "Ausführung erfassen"),
            ("/os/platform", "Allow a model", "Modell zulassen"),
            (Fill("/os/executions/{Id:guid}"), "File complaint", "Beschwerde einreichen"),
            (Fill("/os/complaints/{Id:guid}"), "Withdraw", "Zurückziehen"),
            (Fill("/os/complaints/{Id:guid}"), "Ask the customer", "Kunden fragen"),
            (Fill("/os/complaints/{Id:guid}"), "Accept", "Stattgeben"),
            ("/os/orders", "Complete", "Abschließen"),
            ("/os/orders", "Cancel order", "Stornieren"),
        ];

        /// <summary>The identifier of the record that the page with this route shows.</summary>
        public string Id(string route) => ids[route];

        /// <summary>Any route of the list as an address; a page of one record, or what hangs on it, with a record that exists.</summary>
        public Uri Address(string route)
        {
            var address = Fill(route.Replace("{id", "{Id", StringComparison.Ordinal));
            var record = ids.Where(entry => address.StartsWith(entry.Key, StringComparison.Ordinal)).Select(entry => entry.Value).FirstOrDefault(Guid.Empty.ToString());
            address = address.Replace("{Id}", record, StringComparison.Ordinal).Replace("(static files)", "/css/tokens.css", StringComparison.Ordinal)
                .Replace("{documentName}", "v1", StringComparison.Ordinal).Replace("{**path:file}", "no-such-file.txt", StringComparison.Ordinal);
            return new Uri(address, UriKind.Relative);
        }

        private string Fill(string route)
        {
            route = route.Replace("{Id:guid}", "{Id}", StringComparison.Ordinal);
            return route switch
            {
                "/enrol/{Token}" => $"/enrol/{enrolment}",
                "/status/{Code:int}" => "/status/404",
                "/os/requests/new" => "/os/requests/new?ability=EditCustomer",
                "/os/refused" => "/os/refused?ability=ReadAudit",
                _ => ids.TryGetValue(route, out var id) ? route.Replace("{Id}", id, StringComparison.Ordinal) : route,
            };
        }
    }
}
