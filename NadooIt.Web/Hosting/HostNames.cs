using System.Net;
using NadooIt.Web.SignIn;

namespace NadooIt.Web.Hosting;

/// <summary>
/// Which host names a request may name where nobody set it. A request under a foreign name is answered with 400, so that
/// another site cannot point a name of its own at this one.
/// </summary>
internal static class HostNames
{
    private static readonly string[] ThisMachine = ["localhost", "127.0.0.1", "[::1]"];

    public static void UseUsualHostNames(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration[Settings.AllowedHosts]))
        {
            builder.Configuration.AddInMemoryCollection([new(Settings.AllowedHosts, Usual(builder.Configuration))]);
        }
    }

    /// <summary>
    /// The names of the public address and of this machine. Without a public address only this machine's, or any name
    /// where the application listens to more than this machine, because nothing says how it is called there.
    /// </summary>
    public static string Usual(IConfiguration configuration)
    {
        var named = Origins(configuration).Select(origin => new Uri(origin).Host).ToList();
        return named.Count == 0 && ListensToOthers(configuration) ? "*" : string.Join(';', named.Concat(ThisMachine).Distinct(StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Whether people reach the application over TLS only, as far as the configuration says.</summary>
    public static bool IsAllTls(IConfiguration configuration)
    {
        var origins = Origins(configuration);
        return origins.Count > 0 && origins.All(origin => new Uri(origin).Scheme == Uri.UriSchemeHttps);
    }

    private static List<string> Origins(IConfiguration configuration)
    {
        var exact = configuration.GetSection(PasskeySettings.Section).GetSection(nameof(PasskeySettings.Origins)).Get<string[]>() ?? [];
        var address = configuration[Settings.PublicAddress];
        return [.. exact.Append(address).Where(origin => Uri.TryCreate(origin, UriKind.Absolute, out _)).Select(origin => origin!)];
    }

    private static bool ListensToOthers(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration["http_ports"]) || !string.IsNullOrEmpty(configuration["https_ports"])
        || configuration.GetSection("Kestrel:Endpoints").Exists()
        || (configuration["urls"] ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Any(url => !IsThisMachine(BindingAddress.Parse(url).Host));

    private static bool IsThisMachine(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
