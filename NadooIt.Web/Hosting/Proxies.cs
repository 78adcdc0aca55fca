using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace NadooIt.Web.Hosting;

/// <summary>
/// Behind a reverse proxy the scheme, the host and the client's address come from its headers. Anybody can send such
/// headers, so they count only when they come from a proxy that the operator named; by default nobody is trusted.
/// </summary>
internal static class Proxies
{
    /// <exception cref="InvalidOperationException">The setting names something that is no address and no network.</exception>
    public static void AddProxies(this IServiceCollection services, IConfiguration configuration)
    {
        var trusted = Networks(configuration[Settings.Proxies]);
        var hosts = (configuration[Settings.AllowedHosts] ?? "*").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            if (trusted.Count == 0)
            {
                // With both lists empty the framework would believe everybody.
                options.ForwardedHeaders = ForwardedHeaders.None;
                return;
            }

            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            options.AllowedHosts = [.. hosts];
            // A chain of proxies is followed back as far as each of them is trusted.
            options.ForwardLimit = null;
            trusted.ForEach(options.KnownIPNetworks.Add);
        });
    }

    private static List<IPNetwork> Networks(string? setting) =>
        [.. (setting ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Network)];

    private static IPNetwork Network(string text)
    {
        if (IPNetwork.TryParse(text, out var network))
        {
            return network;
        }

        return IPAddress.TryParse(text, out var address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new InvalidOperationException($"{Settings.Proxies} holds \"{text}\"; it takes addresses and networks such as 10.0.0.0/24, separated by commas.");
    }
}
