using System.Net;
using System.Net.Sockets;

namespace NadooIt.Domain.Webhooks;

/// <summary>Which addresses belong to the public internet, so that nobody lets the server call into a private network.</summary>
public static class PublicNetwork
{
    // Special-purpose addresses of RFC 6890 and its registries: this host, private, shared, loopback, link-local (where
    // clouds keep their secrets), protocol, documentation, relay, benchmark, multicast, reserved.
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Inside the one range of IPv6 that is handed out: protocols and tunnels, which lead to other addresses, and documentation.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Whether the address may be called.</summary>
    public static bool Includes(IPAddress address)
    {
        var real = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return (real.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(real))
            && !NotPublic.Any(network => network.BaseAddress.AddressFamily == real.AddressFamily && network.Contains(real));
    }
}
