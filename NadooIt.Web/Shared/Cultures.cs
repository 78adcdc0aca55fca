using Microsoft.AspNetCore.Localization;

namespace NadooIt.Web.Shared;

/// <summary>German and English: by <c>?culture=</c>, then the cookie, then Accept-Language, then German.</summary>
internal static class Cultures
{
    private static readonly string[] Names = ["de", "en"];

    public static void AddCultures(this IServiceCollection services) =>
        services.Configure<RequestLocalizationOptions>(options =>
        {
            options.SetDefaultCulture(Names[0]).AddSupportedCultures(Names).AddSupportedUICultures(Names);
            options.ApplyCurrentCultureToResponseHeaders = true;
        });

    public static void UseCultures(this WebApplication app)
    {
        app.UseRequestLocalization();
        app.Use(RememberChosenCulture);
    }

    // A circuit starts with a request of its own that has no ?culture=, so the choice has to travel in the cookie.
    private static Task RememberChosenCulture(HttpContext context, RequestDelegate next)
    {
        var chosen = context.Features.Get<IRequestCultureFeature>();
        if (chosen?.Provider is QueryStringRequestCultureProvider)
        {
            context.Response.Cookies.Append(
                CookieRequestCultureProvider.DefaultCookieName,
                CookieRequestCultureProvider.MakeCookieValue(chosen.RequestCulture),
                new CookieOptions
                {
                    HttpOnly = true,
                    IsEssential = true,
                    MaxAge = TimeSpan.FromDays(365),
                    SameSite = SameSiteMode.Lax,
                    Secure = context.Request.IsHttps,
                });
        }
        return next(context);
    }
}
