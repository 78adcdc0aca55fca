namespace NadooIt.Web.SignIn;

/// <summary>Section <c>Passkeys</c> of the configuration. The host header of a request never decides any of this.</summary>
internal sealed class PasskeySettings
{
    public const string Section = "Passkeys";

    /// <summary>
    /// The relying-party id: the domain name that every key is bound to, without scheme and port.
    /// Changing it makes every registered key unusable.
    /// </summary>
    public string ServerDomain { get; set; } = "";

    /// <summary>What some authenticators show as the name of this site.</summary>
    public string ServerName { get; set; } = "NADOO-IT";

    /// <summary>The exact origins (<c>scheme://host[:port]</c>) from which keys are accepted. Compared byte for byte.</summary>
    public string[] Origins { get; set; } = [];

    /// <summary>How long the browser waits for a touch, and how long a ceremony lives on the server.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Says why these settings cannot work, or null if they can.</summary>
    public string? Problem()
    {
        if (ServerDomain.Length == 0 || Origins.Length == 0)
        {
            return "Passkeys:ServerDomain and Passkeys:Origins belong together; one of them is missing.";
        }

        foreach (var origin in Origins)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin)
            {
                return $"Passkeys:Origins holds \"{origin}\"; an origin is scheme://host[:port] in lower case, without a path.";
            }

            if (uri.Scheme != Uri.UriSchemeHttps && !uri.IsLoopback)
            {
                return $"Passkeys:Origins holds \"{origin}\"; browsers offer passkeys over https only, except on localhost.";
            }

            if (uri.Host != ServerDomain && !uri.Host.EndsWith("." + ServerDomain, StringComparison.Ordinal))
            {
                return $"Passkeys:Origins holds \"{origin}\", which is not inside Passkeys:ServerDomain \"{ServerDomain}\".";
            }
        }

        return null;
    }
}
