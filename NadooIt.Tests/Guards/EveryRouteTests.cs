using System.Net;
using System.Text.RegularExpressions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Browser;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Guards;

/// <summary>
/// Opens every route of docs/routes.txt over HTTP as five kinds of person and compares the answer with what the route asks
/// for: nobody is let in who lacks the ability, nobody is kept out who holds it, and what belongs to another customer does
/// not exist.
/// </summary>
public sealed partial class EveryRouteTests(EveryPage.Site site) : IClassFixture<EveryPage.Site>
{
    private static readonly Ability[] OfEverybody = [Ability.ManageOwnAccount];
    private static readonly Ability[] OfContracts = [Ability.ManageOwnAccount, Ability.RunPrograms, Ability.SeeCustomer, Ability.ViewPrograms];
    private static readonly Ability[] OfManagers =
        [.. Roles.All.Where(role => !role.AtOperatorOnly).SelectMany(role => role.View.Concat(role.Abilities)).Concat(OfContracts).Distinct()];

    // Records of the catalogue are everybody's who works anywhere.
    private static readonly string[] Shared = ["/os/programs/{Id:guid}"];

    /// <summary>Words that only those may read who work for the customer of the records.</summary>
    private static readonly string[] Secrets = ["Feinblechverarbeitung", "Grace Hopper", "REFERENCE-2026"];

    private static List<Route> Routes => [.. File.ReadLines(Path.Combine(Repository.Root, "docs/routes.txt"))
        .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t'))
        .SelectMany(cells => cells[0].Replace("*", "GET", StringComparison.Ordinal).Split(',').Select(method => new Route(method, cells[1], cells[2])))];

    [Theory]
    [InlineData(nameof(Kind.Anonymous))]
    [InlineData(nameof(Kind.WithoutContract))]
    [InlineData(nameof(Kind.OfAnotherCustomer))]
    [InlineData(nameof(Kind.Manager))]
    [InlineData(nameof(Kind.Operator))]
    public async Task Answers_as_it_says(string kindName)
    {
        var kind = Enum.Parse<Kind>(kindName);
        using var http = await BrowserOfAsync(kind);
        var complaints = new List<string>();
        var letIn = 0;
        foreach (var route in Routes)
        {
            using var request = new HttpRequestMessage(new HttpMethod(route.Method), site.Address(route.Pattern));
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
            var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var (expected, seen) = (Expected(kind, route), Seen(response));
            letIn += seen == Outcome.LetIn ? 1 : 0;
            // What a script calls says 401 instead of leading to another page.
            var isAskedByScript = expected == Outcome.AskedToSignIn && seen == Outcome.Unknown;
            if (expected != seen && !isAskedByScript)
            {
                complaints.Add($"{route.Method} {request.RequestUri}: {expected} was expected, {seen} ({(int)response.StatusCode}) came");
            }

            if (kind is Kind.Anonymous or Kind.WithoutContract or Kind.OfAnotherCustomer && Secrets.Any(secret => body.Contains(secret, StringComparison.Ordinal)))
            {
                complaints.Add($"{route.Method} {request.RequestUri} tells something of a customer that is not hers");
            }
        }

        complaints.ShouldBeEmpty();
        letIn.ShouldBeGreaterThan(kind is Kind.Anonymous ? 10 : 25, "otherwise a site that refuses everything would pass");
    }

    [Theory]
    [InlineData("999")]
    [InlineData("1' OR '1'='1")]
    [InlineData("00000000-0000-0000-0000-000000000001")]
    [InlineData("%00")]
    public async Task An_identifier_that_is_none_or_nobodys_does_not_exist(string id)
    {
        using var http = await BrowserOfAsync(Kind.Operator);
        var pages = Routes.Where(route => route is { Method: "GET", IsOfOneRecord: true } && route.Pattern.StartsWith("/os/", StringComparison.Ordinal)).ToList();
        pages.Count.ShouldBeGreaterThan(8);
        foreach (var page in pages)
        {
            var address = page.Pattern.Replace("{Id:guid}", Uri.EscapeDataString(id), StringComparison.Ordinal).Replace("{id:guid}", Uri.EscapeDataString(id), StringComparison.Ordinal);
            using var response = await http.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
            ((int)response.StatusCode).ShouldBeOneOf([400, 404], address);
        }
    }

    [Fact]
    public async Task What_an_address_says_is_never_shown_as_it_stands()
    {
        const string Evil = "<script>alert(1)</script>";
        using var http = await BrowserOfAsync(Kind.Operator);
        foreach (var route in Routes.Where(route => route is { Method: "GET", IsForKeys: false } && route.Pattern.StartsWith("/os", StringComparison.Ordinal)))
        {
            var address = site.Address(route.Pattern).ToString().Split('?')[0];
            var query = string.Join('&', new[] { "ability", "search", "q", "error", "from", "customer", "status", "period", "month", "extend", "page" }.Select(name => $"{name}={Uri.EscapeDataString(Evil)}"));
            using var response = await http.GetAsync(new Uri($"{address}?{query}", UriKind.Relative), TestContext.Current.CancellationToken);
            ((int)response.StatusCode).ShouldBeLessThan(500, address);
            (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldNotContain(Evil, customMessage: address);
        }
    }

    [Theory]
    [InlineData("/os/customers?page=2x&search=Order", "/os/customers?search=Order")]
    [InlineData("/os/customers?archived=perhaps", "/os/customers")]
    [InlineData("/os/audit?from=2026-02-30&to=2026-02-28", "/os/audit?to=2026-02-28")]
    [InlineData("/os/customers?page=1&page=2", "/os/customers")]
    [InlineData("/os/customers?page=1&search=2x&archived=true", null)]
    public async Task What_a_page_cannot_read_in_its_address_is_left_out(string asked, string? shown)
    {
        using var http = await BrowserOfAsync(Kind.Operator);
        using var response = await http.GetAsync(new Uri(asked, UriKind.Relative), TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(shown is null ? HttpStatusCode.OK : HttpStatusCode.Redirect);
        response.Headers.Location?.ToString().ShouldBe(shown);
    }

    [Fact]
    public async Task Whoever_is_refused_is_told_what_is_missing_and_can_ask_for_it()
    {
        using var http = await BrowserOfAsync(Kind.Employee);
        http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        using var refused = await http.GetAsync(new Uri("/os/employees", UriKind.Relative), TestContext.Current.CancellationToken);
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var page = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        page.ShouldContain("See employees");
        page.ShouldContain(site.Host.Landscape.Administrator.DisplayName);
        page.ShouldContain("/os/requests/new?ability=ViewEmployees");

        var form = await http.GetStringAsync(new Uri("/os/requests/new?ability=ViewEmployees", UriKind.Relative), TestContext.Current.CancellationToken);
        form.ShouldContain("ask-customer");
        form.ShouldContain("Feinblechverarbeitung");
        form.ShouldContain(site.Host.Landscape.Administrator.DisplayName);
    }

    /// <summary>What a route asks for is asked for by use cases too, each with its row in the permission table.</summary>
    [Fact]
    public void Every_ability_of_a_route_has_rows_in_the_permission_table()
    {
        var known = PermissionTable.All.Select(row => row.Ability).ToHashSet();

        Routes.Count.ShouldBeGreaterThan(80);
        Routes.Select(route => route.Ability).OfType<Ability>().Distinct().Where(ability => !known.Contains(ability)).ShouldBeEmpty();
    }

    private static Outcome Expected(Kind kind, Route route)
    {
        if (route.Asks == "anonymous")
        {
            // The link of somebody else is nothing for who is signed in already.
            return route is { Pattern: "/enrol/{Token}", Method: "GET" } && kind != Kind.Anonymous ? Outcome.Refused : Outcome.LetIn;
        }

        if (route.IsForKeys)
        {
            return Outcome.Unknown;
        }

        if (kind == Kind.Anonymous)
        {
            return Outcome.AskedToSignIn;
        }

        if (route.Ability is not { } ability)
        {
            return Outcome.LetIn;
        }

        var held = kind switch { Kind.WithoutContract => OfEverybody, Kind.OfAnotherCustomer => OfManagers, Kind.Manager => OfManagers, _ => Enum.GetValues<Ability>() };
        var isForeign = kind is Kind.WithoutContract or Kind.OfAnotherCustomer && route.IsOfOneRecord && !Shared.Contains(route.Pattern);
        return !held.Contains(ability) ? Outcome.Refused : isForeign && route.Method == "GET" ? Outcome.DoesNotExist : Outcome.LetIn;
    }

    private static Outcome Seen(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.Redirect when response.Headers.Location!.ToString().Contains("/login", StringComparison.Ordinal) => Outcome.AskedToSignIn,
        HttpStatusCode.Unauthorized => Outcome.Unknown,
        HttpStatusCode.Forbidden => Outcome.Refused,
        HttpStatusCode.NotFound when response.RequestMessage!.RequestUri!.AbsolutePath is var path && path.StartsWith("/os/", StringComparison.Ordinal) => Outcome.DoesNotExist,
        >= HttpStatusCode.InternalServerError => Outcome.Fault,
        _ => Outcome.LetIn,
    };

    private async Task<HttpClient> BrowserOfAsync(Kind kind)
    {
        var landscape = site.Host.Landscape;
        var here = new CustomerId(Guid.Parse(site.Id("/os/customers/{Id}")));
        var person = kind switch
        {
            Kind.Anonymous => default(PersonId?),
            Kind.WithoutContract => (await landscape.PersonAsync()).Id,
            Kind.OfAnotherCustomer => (await landscape.EmployeeAsync((await landscape.CustomerAsync()).Id, OfManagers)).Id,
            Kind.Employee => (await landscape.EmployeeAsync(here)).Id,
            Kind.Manager => (await landscape.EmployeeAsync(here, OfManagers)).Id,
            _ => landscape.Administrator.Id,
        };
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = site.Host.Address };
        if (person is { } id)
        {
            var (name, value) = await SessionTicket.BeginAsync(site.Host.Services, site.Host.Database, id);
            http.DefaultRequestHeaders.Add("Cookie", $"{name}={value}");
        }

        return http;
    }

    private enum Kind
    {
        Anonymous,
        WithoutContract,
        OfAnotherCustomer,

        /// <summary>With a contract and no role.</summary>
        Employee,

        Manager,
        Operator,
    }

    private enum Outcome
    {
        /// <summary>The route was reached; what it says about the request itself is other tests' matter.</summary>
        LetIn,

        AskedToSignIn,

        /// <summary>401: a session is no key.</summary>
        Unknown,

        Refused,

        DoesNotExist,

        Fault,
    }

    private sealed partial record Route(string Method, string Pattern, string Asks)
    {
        public bool IsForKeys => Asks.EndsWith(", ApiKey", StringComparison.Ordinal);

        public Ability? Ability => Enum.TryParse<Ability>(Asks.Split(',')[0], out var ability) ? ability : null;

        public bool IsOfOneRecord => Record().IsMatch(Pattern);

        [GeneratedRegex(@"\{[Ii]d:guid\}")]
        private static partial Regex Record();
    }
}
