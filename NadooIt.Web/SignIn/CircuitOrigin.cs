using Microsoft.Extensions.Options;

namespace NadooIt.Web.SignIn;

/// <summary>
/// Opens a circuit only for our own pages. Browsers put no same-origin rule on WebSockets and send cookies with them, so
/// a foreign page could otherwise act as whoever visits it; what tells it apart is the origin that the browser names.
/// </summary>
internal static class CircuitOrigin
{
    private const string Circuits = "/_blazor";

    public static void UseCircuitOrigin(this WebApplication app) => app.Use((context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments(Circuits, StringComparison.OrdinalIgnoreCase) || IsOurs(context))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    });

    private static bool IsOurs(HttpContext context)
    {
        var origin = context.Request.Headers.Origin;
        if (origin.Count == 0)
        {
            // Plain requests carry none when they come from the page's own site; a WebSocket of a browser always does.
            return !IsWebSocket(context.Request);
        }

        return context.RequestServices.GetRequiredService<IOptions<PasskeySettings>>().Value.Origins.Contains(origin.ToString(), StringComparer.Ordinal);
    }

    private static bool IsWebSocket(HttpRequest request) =>
        HttpMethods.IsConnect(request.Method) || request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase);
}
