using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using NadooIt.Data.Keys;
using NadooIt.Web.Hosting;

namespace NadooIt.Web.SignIn;

/// <summary>Everything that signs people in and out, in two calls.</summary>
internal static class SignInSetup
{
    public const string SignOutAddress = "/sign-out";

    // One name for all nodes, wherever they are installed, so that they read each other's cookies.
    private const string ApplicationName = "NADOO-IT";

    /// <summary>COSE algorithm numbers that new keys may use: ES256, ES384, PS256, RS256.</summary>
    /// <remarks>RS256 stays because Windows Hello on older hardware offers nothing else.</remarks>
    private static readonly HashSet<int> AllowedAlgorithms = [-7, -35, -37, -257];

    public static IServiceCollection AddSignIn(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSignInData();
        services.AddOptions<SignInSettings>().Bind(configuration.GetSection(SignInSettings.Section));
        services.AddSingleton<IConfigureOptions<PasskeySettings>, PasskeyAddress>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<IOptions<PasskeySettings>>(Tighten);

        services.AddIdentityCore<PasskeyPerson>();
        services.AddScoped<PersonStore>();
        services.AddScoped<IUserStore<PasskeyPerson>>(provider => provider.GetRequiredService<PersonStore>());
        services.AddScoped<IPasskeyHandler<PasskeyPerson>, PasskeyHandler<PasskeyPerson>>();
        services.AddScoped<PasskeyCeremonies>();
        services.AddScoped<AttemptGate>();

        services.AddSingleton<IConfigureOptions<KeyManagementOptions>, DatabaseKeyRing>();
        services.AddDataProtection().SetApplicationName(ApplicationName);
        if (KeyRingSecret.Of(configuration) is { } secret)
        {
            services.Configure<KeyManagementOptions>(options => options.XmlEncryptor = secret);
        }
        services.AddAntiforgery(options =>
        {
            // The prefix has browsers refuse a cookie planted by a sub-domain; over plain http they would refuse it always.
            options.Cookie.Name = HostNames.IsAllTls(configuration) ? "__Host-nadooit-form" : "nadooit-form";
            options.Cookie.Path = "/";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>, SessionCookie>();
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
        services.AddScoped<CircuitHandler, SessionWatch>();

        services.AddSingleton<SetUpToken>();
        services.AddHostedService<SetUpLink>();
        services.AddHostedService<ExpiredSweep>();
        return services;
    }

    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapPasskeyOptions();
        routes.MapPost(SignOutAddress, SignOutAsync).AllowAnonymous();
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, IAntiforgery antiforgery, SignOut signOut, CancellationToken cancellationToken)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return Results.BadRequest();
        }

        await signOut.RunAsync(cancellationToken);
        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Results.LocalRedirect("/login");
    }

    private static void Tighten(IdentityPasskeyOptions options, IOptions<PasskeySettings> settings)
    {
        var origins = settings.Value.Origins.ToHashSet(StringComparer.Ordinal);
        options.ServerDomain = settings.Value.ServerDomain;
        options.AuthenticatorTimeout = settings.Value.Timeout;
        options.ChallengeSize = 32;
        options.UserVerificationRequirement = "required";
        options.ResidentKeyRequirement = "preferred";
        options.AttestationConveyancePreference = "none";
        options.IsAllowedAlgorithm = AllowedAlgorithms.Contains;

        // The framework alone would compare with the Origin header of the same request, which proves nothing.
        options.ValidateOrigin = context => ValueTask.FromResult(
            !context.CrossOrigin && context.TopOrigin is null && origins.Contains(context.Origin));
    }
}
