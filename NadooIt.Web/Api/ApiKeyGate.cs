using Microsoft.AspNetCore.Authorization;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Web.Shared;

namespace NadooIt.Web.Api;

/// <summary>
/// Lets a request of the HTTP API through to its route: finds out whose key calls, asks the key for the ability that the
/// route needs, and how much the key may still ask for. A route that says nothing lets nobody through.
/// </summary>
/// <remarks>
/// A key is taken from <c>Authorization: Bearer</c> and from nowhere else, and every failure gets one and the same answer.
/// Whether the key still counts, and what its owner holds, is read by the door and by the book of executions. The
/// framework's authentication and authorization do the same for pages; for a program that calls thousands of times a second
/// they would cost more than recording does.
/// </remarks>
internal sealed class ApiKeyGate(RequestDelegate next, RateLimits limits)
{
    /// <summary>Stands in every answer to a test key, so that nobody takes it for a real one.</summary>
    public const string LedgerHeader = "Nadoo-Ledger";

    private const string Prefix = "Bearer ";

    public async Task InvokeAsync(HttpContext http, AuthenticateApiKey authenticate, CurrentUser user)
    {
        // Routing's own endpoint says that the method does not fit.
        var endpoint = http.GetEndpoint()!;
        if (endpoint is RouteEndpoint && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null)
        {
            if (await KeyOfAsync(http, authenticate) is not { } key)
            {
                await Problems.WriteAsync(http, Problems.Of(ApiKeyRefusals.Invalid));
                return;
            }

            user.Caller = new Caller(key.Owner, null, key.Id, http.Connection.RemoteIpAddress?.ToString(), key.IsTest);
            if (key.IsTest)
            {
                http.Response.Headers[LedgerHeader] = "test";
            }

            if (!Holds(key, endpoint.Metadata.GetMetadata<RequiresAttribute>()))
            {
                await Problems.WriteAsync(http, Problems.Of(StatusCodes.Status403Forbidden, ProblemCodes.AccessDenied));
                return;
            }

            if (!limits.Admit(http, key.Id))
            {
                await Problems.WriteAsync(http, Problems.Of(StatusCodes.Status429TooManyRequests, ProblemCodes.RateLimited));
                return;
            }
        }

        await next(http);
    }

    private static async ValueTask<KnownApiKey?> KeyOfAsync(HttpContext http, AuthenticateApiKey authenticate)
    {
        var header = http.Request.Headers.Authorization;
        return header.Count == 1 && header[0] is { } value && value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? await authenticate.RunAsync(value[Prefix.Length..].Trim(), http.RequestAborted)
            : null;
    }

    private static bool Holds(KnownApiKey key, RequiresAttribute? required) =>
        required is { AuthenticationSchemes: ApiSetup.KeyScheme } && (required.Ability == Ability.ManageOwnAccount || key.Abilities.Contains(required.Ability));
}
