using System.Globalization;
using Microsoft.AspNetCore.Localization;

namespace NadooIt.Web.Shared;

/// <summary>German and English: by <c>?culture=</c>, then the cookie, then Accept-Language, then German.</summary>
internal static class Cultures
{
    private static readonly string[] Names = ["de", "en"];
    private static readonly CultureInfo German = CultureInfo.GetCultureInfo(Names[0]);

    public static void AddCultures(this IServiceCollection services) =>
        services.Configure<RequestLocalizationOptions>(options =>
        {
            options.SetDefaultCulture(Names[0]).AddSupportedCultures(Names).AddSupportedUICultures(Names);
            options.ApplyCurrentCultureToResponseHeaders = true;
        });

    public static void UseCultures(this IApplicationBuilder app)
    {
        app.UseRequestLocalization();
        app.Use(RememberChosenCulture);
    }

    /// <summary>For requests that mostly say nothing about languages: German then, without looking further.</summary>
    public static void UseCulturesIfAsked(this IApplicationBuilder app)
    {
        app.Use(SpeakGerman);
        app.UseWhen(
            http => http.Request.Headers.AcceptLanguage.Count > 0 || http.Request.Headers.Cookie.Count > 0 || http.Request.QueryString.HasValue,
            asked => asked.UseCultures());
    }

    private static async Task SpeakGerman(HttpContext context, RequestDelegate next)
    {
        // Asynchronous, so that the choice ends with the request.
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = German;
        context.Response.Headers.ContentLanguage = Names[0];
        await next(context);
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
