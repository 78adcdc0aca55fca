using Microsoft.AspNetCore.StaticAssets;

namespace NadooIt.Web.Hosting;

/// <summary>
/// What every answer tells the browser to refuse: foreign code, foreign frames, guessed types, plain HTTP, and copies of
/// what only this person may see. The policy allows no inline script and no inline style; nothing on the pages needs them.
/// </summary>
internal static class SecurityHeaders
{
    /// <summary>
    /// 'self' for connections covers the WebSocket of a circuit too. base-uri is 'self' and not 'none', because without
    /// the base element every relative address of a page would break.
    /// </summary>
    public const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        + "manifest-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Security keys are for our own pages; nothing else that a browser offers is used.</summary>
    public const string Permissions =
        "publickey-credentials-get=(self), publickey-credentials-create=(self), clipboard-write=(self), accelerometer=(), autoplay=(), camera=(), "
        + "display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()";

    /// <summary>Addresses can carry one-time tokens, so no other site learns any; with "no-referrer" forms would lose their origin.</summary>
    public const string Referrer = "same-origin";

    /// <summary>A year.</summary>
    public const string Transport = "max-age=31536000; includeSubDomains";

    /// <summary>First in the pipeline, so that it also covers what fails later.</summary>
    public static void UseSecurityHeaders(this WebApplication app)
    {
        var bindsToTls = !app.Environment.IsDevelopment();
        app.Use((context, next) =>
        {
            // When the answer starts: by then the proxy's word on the scheme counts, and a failure has cleared what it cleared.
            context.Response.OnStarting(() =>
            {
                Write(context, bindsToTls);
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    private static void Write(HttpContext context, bool bindsToTls)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = Referrer;
        headers["Permissions-Policy"] = Permissions;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (bindsToTls && context.Request.IsHttps && !IsThisMachine(context.Request.Host.Host))
        {
            headers.StrictTransportSecurity = Transport;
        }

        // Whatever is no file of the application may be about a person. An answer that says itself how long it may be
        // kept, such as the published keys of receipts, holds nothing of anybody.
        if (headers.CacheControl.Count == 0 && context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
        {
            headers.CacheControl = "no-store";
        }
    }

    // A browser would apply the order to everything else that is developed on this machine.
    private static bool IsThisMachine(string host) => host is "localhost" or "127.0.0.1" or "[::1]";
}
