using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using NadooIt.Web.Hosting;

namespace NadooIt.Web.SignIn;

/// <summary>
/// Fills in the passkey settings at first use: as configured; else from the public address; else localhost with the
/// ports on which the server listens, which are known only after it has started.
/// </summary>
internal sealed class PasskeyAddress(IConfiguration configuration, IServer server) : IConfigureOptions<PasskeySettings>
{
    public const string PublicUrlSetting = Settings.PublicAddress;

    public void Configure(PasskeySettings options)
    {
        configuration.GetSection(PasskeySettings.Section).Bind(options);
        if (options.ServerDomain.Length == 0 && options.Origins.Length == 0)
        {
            options.Origins = configuration[PublicUrlSetting] is { Length: > 0 } url
                ? [new Uri(url).GetLeftPart(UriPartial.Authority)]
                : [.. Listening().Distinct(StringComparer.Ordinal)];
            options.ServerDomain = new Uri(options.Origins[0]).Host;
        }

        if (options.Problem() is { } problem)
        {
            throw new InvalidOperationException(problem);
        }
    }

    private IEnumerable<string> Listening()
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        return addresses.Count == 0 ? ["http://localhost"] : addresses.Select(address =>
        {
            // "http://*:8000" and "http://[::]:8000" are addresses too, but no URIs with a usable host.
            var parsed = BindingAddress.Parse(address);
            return new UriBuilder(parsed.Scheme, "localhost", parsed.Port).Uri.GetLeftPart(UriPartial.Authority);
        });
    }
}
