using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using NadooIt.Tests.Support;
using NadooIt.Web;
using NadooIt.Web.Shared;

namespace NadooIt.Tests.Guards;

/// <summary>
/// Every door to the outside stands in docs/routes.txt with what it asks for, so that a new or a wider one shows up in
/// review. The list is compared with the routes of the running application.
/// </summary>
public sealed class RoutesAreListedTests(RoutesAreListedTests.Host host) : IClassFixture<RoutesAreListedTests.Host>
{
    private const string ListFile = "docs/routes.txt";
    private const string UpdateVariable = "NADOOIT_UPDATE_ROUTES";
    private const string Undecorated = "UNDECORATED";

    // What the framework maps by itself: the circuits, which ask the door for each piece of data, and the files of a
    // build that is not published.
    private static readonly string[] OfTheFramework = ["/_blazor", "/_framework", "/{**path:file}"];

    private IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Distinct()];

    [Fact]
    public void The_list_says_what_the_application_offers()
    {
        var lines = Endpoints.SelectMany(Lines).Distinct().OrderBy(line => line.Split('\t')[1], StringComparer.Ordinal).ThenBy(line => line, StringComparer.Ordinal).ToList();
        lines.Count.ShouldBeGreaterThan(10);
        var path = Path.Combine(Repository.Root, ListFile);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(path, "# method\troute\twhat it asks for\n" + string.Join('\n', lines) + "\n");
        }

        var listed = File.ReadAllLines(path).Where(line => line.Length > 0 && line[0] != '#').ToList();
        var difference = lines.Except(listed).Select(line => "+ " + line).Concat(listed.Except(lines).Select(line => "- " + line)).ToList();

        difference.ShouldBeEmpty(
            $"""
            The application offers (+) or no longer offers (-):
            {string.Join(Environment.NewLine, difference)}
            If that is meant: {UpdateVariable}=1 ./test RoutesAreListed writes {ListFile}; look at the difference before you commit it.
            """);
    }

    [Fact]
    public void Every_route_says_what_it_asks_for()
    {
        var silent = Endpoints.Where(endpoint => Asks(endpoint) == Undecorated && !IsOfTheFramework(endpoint)).Select(Route);

        silent.ShouldBeEmpty("each of these needs [Requires(Ability.X)], [AllowAnonymous] or a policy of its own");
    }

    /// <summary>A page that nobody decorated would be opened by its route inside a circuit, where no endpoint is asked.</summary>
    [Fact]
    public void Every_page_says_what_it_asks_for()
    {
        var silent = typeof(App).Assembly.GetTypes()
            .Where(type => type.GetCustomAttributes<Microsoft.AspNetCore.Components.RouteAttribute>().Any())
            .Where(type => type.GetCustomAttribute<RequiresAttribute>() is null && type.GetCustomAttribute<AllowAnonymousAttribute>() is null)
            .Select(type => type.FullName);

        silent.ShouldBeEmpty("each of these pages needs @attribute [Requires(Ability.X)] or [AllowAnonymous]");
    }

    private static IEnumerable<string> Lines(RouteEndpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
        {
            // One line for all, since each file has an address of its own that changes with its content.
            return [$"GET\t(static files)\t{Asks(endpoint)}"];
        }

        // A page takes form posts at its own address; the framework lists both methods with it.
        var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
        return [$"{(methods.Count == 0 ? "*" : string.Join(',', methods.Order()))}\t{Route(endpoint)}\t{Asks(endpoint)}"];
    }

    private static string Route(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText?.TrimStart('/');

    private static bool IsOfTheFramework(RouteEndpoint endpoint) =>
        OfTheFramework.Any(start => Route(endpoint).StartsWith(start, StringComparison.Ordinal));

    private static string Asks(RouteEndpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return "anonymous";
        }

        var asked = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data switch
        {
            RequiresAttribute { AuthenticationSchemes: { } schemes } requires => $"{requires.Ability}, {schemes}",
            RequiresAttribute requires => requires.Ability.ToString(),
            { Policy: { } policy } => policy.Replace("ability:", "", StringComparison.Ordinal),
            { AuthenticationSchemes: { } schemes } => $"scheme {schemes}",
            _ => "signed in",
        }).Concat(endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>().Select(policy =>
            policy.AuthenticationSchemes.Count > 0 ? $"scheme {string.Join('+', policy.AuthenticationSchemes)}" : string.Join('+', policy.Requirements))).ToList();
        if (asked.Count > 0)
        {
            return string.Join(" and ", asked);
        }

        return IsOfTheFramework(endpoint) ? "signed in (framework)" : Undecorated;
    }

    /// <summary>The application as it runs, on a database of its own.</summary>
    public sealed class Host(PostgresServer server) : WebHost
    {
        private string connection = "";

        public override async ValueTask InitializeAsync()
        {
            connection = await server.CreateDatabaseAsync();
            await base.InitializeAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await server.DropDatabaseAsync(connection);
            GC.SuppressFinalize(this);
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting("ConnectionStrings:NadooIt", connection);
        }
    }
}
