using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using NadooIt.Data.Hr;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Web.Shared;

namespace NadooIt.Web.SignIn;

/// <summary>The cookie of a signed-in browser. It names a session; each request asks the database whether it counts.</summary>
/// <remarks>
/// SameSite is Lax, because an enrolment link that comes by mail must find out that somebody else is signed in; what
/// changes something is POST with antiforgery.
/// </remarks>
internal sealed class SessionCookie(IOptions<SignInSettings> settings) : IConfigureNamedOptions<CookieAuthenticationOptions>
{
    private const string Name = "nadooit";

    public void Configure(string? name, CookieAuthenticationOptions options) => Configure(options);

    public void Configure(CookieAuthenticationOptions options)
    {
        options.LoginPath = "/login";
        options.ReturnUrlParameter = "returnUrl";
        options.Cookie.Name = Name;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.IsEssential = true;
        options.CookieManager = new NameByScheme();

        // The database decides when a session ends; the cookie must only not end before.
        options.ExpireTimeSpan = settings.Value.AbsoluteLimit;
        options.SlidingExpiration = false;
        options.Events.OnValidatePrincipal = ValidateAsync;
        options.Events.OnRedirectToAccessDenied = RefuseAsync;
    }

    /// <summary>
    /// The bare code, at the address that was asked for; the status page says which ability is missing and who could give it. Both are
    /// found out here, because a status page is not waited for.
    /// </summary>
    private static async Task RefuseAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        var http = context.HttpContext;
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        if (HttpMethods.IsGet(http.Request.Method) && http.GetEndpoint()?.Metadata.GetMetadata<RequiresAttribute>() is { Ability: not Ability.ManageOwnAccount } asked)
        {
            var names = await http.RequestServices.GetRequiredService<WhoCanGive>().RunAsync(asked.Ability, http.RequestAborted);
            http.Features.Set(new RefusedAbility(asked.Ability, names));
        }
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        if (await CallerOfAsync(context) is { } caller)
        {
            http.RequestServices.GetRequiredService<CurrentUser>().Caller = caller;
            return;
        }

        context.RejectPrincipal();
        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }

    private static async Task<Caller?> CallerOfAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        if (SignedIn.From(context.Principal) is not { } signedIn)
        {
            return null;
        }

        var limits = http.RequestServices.GetRequiredService<IOptions<SignInSettings>>().Value.Limits;
        var keep = http.RequestServices.GetRequiredService<KeepSession>();
        var counts = await keep.RunAsync(new(signedIn.Person, signedIn.Session, IsUse: true, limits), http.RequestAborted);
        return counts is null ? null : new Caller(signedIn.Person, signedIn.Session, null, http.Connection.RemoteIpAddress?.ToString());
    }

    /// <summary>Over https the name begins with __Host-, so that browsers refuse a cookie planted by a sub-domain.</summary>
    private sealed class NameByScheme : ICookieManager
    {
        private readonly ChunkingCookieManager cookies = new();

        public string? GetRequestCookie(HttpContext context, string key) => cookies.GetRequestCookie(context, Named(context, key));

        public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
            cookies.AppendResponseCookie(context, Named(context, key), value, options);

        public void DeleteCookie(HttpContext context, string key, CookieOptions options) =>
            cookies.DeleteCookie(context, Named(context, key), options);

        private static string Named(HttpContext context, string key) => context.Request.IsHttps ? "__Host-" + key : key;
    }
}
