using NadooIt.Web.Shared;

namespace NadooIt.Web.Home;

/// <summary>Other addresses under which people look for their start page.</summary>
internal static class HomeEndpoints
{
    public static void MapHome(this IEndpointRouteBuilder routes)
    {
        // Who is not signed in is asked to by the page itself.
        routes.MapGet("/nadooit-os", () => Results.LocalRedirect(Addresses.Home)).AllowAnonymous();
        routes.MapGet("/", () => Results.LocalRedirect(Addresses.Home)).AllowAnonymous();
    }
}
