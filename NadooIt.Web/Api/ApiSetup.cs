using NadooIt.Domain.Hr;
using NadooIt.Web.Shared;

namespace NadooIt.Web.Api;

/// <summary>Everything that the HTTP API needs, in three calls.</summary>
internal static class ApiSetup
{
    public const string Prefix = "/api/v1";

    // No scheme of the framework has this name: what does not come through the gate is let in by nobody.
    public const string KeyScheme = "ApiKey";

    public static void AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<RateLimitSettings>(configuration.GetSection(RateLimitSettings.Section));
        services.AddSingleton<RateLimits>();
        services.AddSingleton<OldApiLimits>();
        services.AddSingleton<BatchTurns>();
        services.ConfigureHttpJsonOptions(options => ApiJson.Apply(options.SerializerOptions));
        services.AddApiDescription();
    }

    /// <summary>
    /// All of <c>/api</c>, which needs nothing that is there for pages: no cookie, no form, no page that explains a status.
    /// </summary>
    public static void UseApi(this WebApplication app) => app.MapWhen(
        http => http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase),
        branch =>
        {
            branch.UseCulturesIfAsked();
            branch.UseMiddleware<ApiAnswers>();
            branch.UseMiddleware<ApiKeyGate>();
            branch.Run(http => http.GetEndpoint()!.RequestDelegate!(http));
        });

    public static void MapApi(this WebApplication app)
    {
        app.MapHealth();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        var routes = app.MapGroup(Prefix);
        routes.MapExecutions();
        routes.MapOrders();
        routes.MapCustomerPrograms();
        routes.MapTimeAccounts();
        routes.MapMe();
        app.MapOldApi();
    }

    /// <summary>The ability without which a key is refused. What it then sees is decided at the door.</summary>
    public static RouteHandlerBuilder RequiresKey(this RouteHandlerBuilder route, Ability ability) =>
        route.RequireAuthorization(new RequiresAttribute(ability) { AuthenticationSchemes = KeyScheme }).Problems(401, 429, 500, 503);
}
