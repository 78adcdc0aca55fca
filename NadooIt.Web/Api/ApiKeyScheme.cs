using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;

namespace NadooIt.Web.Api;

/// <summary>
/// Takes an API key from <c>Authorization: Bearer</c> and from nowhere else. It says who calls; whether the key still
/// counts is decided by the door and by the book of executions. Every failure gets one and the same answer.
/// </summary>
internal sealed class ApiKeyScheme(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, AuthenticateApiKey authenticate, CurrentUser user)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string Name = "ApiKey";
    public const string KeyClaim = "api_key";

    /// <summary>Stands in every answer to a test key, so that nobody takes it for a real one.</summary>
    public const string LedgerHeader = "Nadoo-Ledger";

    private const string AbilityClaim = "ability";
    private const string Prefix = "Bearer ";

    /// <summary>Whether the caller is a key, and if so whether the key itself has the ability; null for people.</summary>
    public static bool? Holds(ClaimsPrincipal caller, Ability ability) => caller.Identity?.AuthenticationType == Name
        ? ability == Ability.ManageOwnAccount || caller.HasClaim(AbilityClaim, ability.ToString())
        : null;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header.Count != 1 || header[0] is not { } value || !value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        var key = await authenticate.RunAsync(value[Prefix.Length..].Trim(), Context.RequestAborted);
        if (key is null)
        {
            return AuthenticateResult.Fail("No such key.");
        }

        user.Caller = new Caller(key.Owner, null, key.Id, Context.Connection.RemoteIpAddress?.ToString(), key.IsTest);
        if (key.IsTest)
        {
            Response.Headers[LedgerHeader] = "test";
        }

        var claims = key.Abilities.Select(ability => new Claim(AbilityClaim, ability.ToString()))
            .Append(new Claim(ClaimTypes.NameIdentifier, key.Owner.ToString()))
            .Append(new Claim(KeyClaim, key.Id.ToString()));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, Name)), Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        Problems.WriteAsync(Context, Problems.Of(ApiKeyRefusals.Invalid));

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.WriteAsync(Context, Problems.Of(StatusCodes.Status403Forbidden, ProblemCodes.AccessDenied));
}
