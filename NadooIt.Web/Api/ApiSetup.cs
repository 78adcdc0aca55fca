using Microsoft.AspNetCore.Authentication;
using NadooIt.Domain.Hr;
using NadooIt.Web.Shared;

namespace NadooIt.Web.Api;

/// <summary>Everything that the HTTP API needs, in three calls.</summary>
internal static class ApiSetup
{
    public const string Prefix = "/api/v1";

    public static void AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ApiKeyScheme>(ApiKeyScheme.Name, null);
        services.Configure<RateLimitSettings>(configuration.GetSection(RateLimitSettings.Section));
        services.AddSingleton<RateLimits>();
        services.AddSingleton<OldApiLimits>();
        services.ConfigureHttpJsonOptions(options => ApiJson.Apply(options.SerializerOptions));
        services.AddApiDescription();
    }

    /// <summary>Problem details and traces for all of <c>/api</c>; after the languages, before the authentication.</summary>
    public static void UseApi(this WebApplication app) => app.UseWhen(
        http => http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase),
        branch => branch.UseMiddleware<ApiAnswers>());

    public static void MapApi(this WebApplication app)
    {
        app.MapHealth();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        var limits = app.Services.GetRequiredService<RateLimits>();
        var routes = app.MapGroup(Prefix);
        routes.AddEndpointFilter(limits.FilterAsync);
        routes.MapExecutions();
        routes.MapOrders();
        routes.MapCustomerPrograms();
        routes.MapTimeAccounts();
        routes.MapMe();
        app.MapOldApi();
    }

    /// <summary>The ability without which a key is refused. What it then sees is decided at the door.</summary>
    public static RouteHandlerBuilder RequiresKey(this RouteHandlerBuilder route, Ability ability) =>
        route.RequireAuthorization(new RequiresAttribute(ability) { AuthenticationSchemes = ApiKeyScheme.Name }).Problems(401, 429, 500, 503);
}
