using System.Security.Claims;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.SignIn;

/// <summary>What the cookie says: who, in which session. Whether that still counts is the database's matter.</summary>
internal sealed record SignedIn(PersonId Person, SessionId Session)
{
    public const string Scheme = "passkey";
    private const string SessionClaim = "session";

    public ClaimsPrincipal ToPrincipal() => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, Person.ToString()), new Claim(SessionClaim, Session.ToString())], Scheme));

    public static SignedIn? From(ClaimsPrincipal? principal) =>
        principal?.Identity is { IsAuthenticated: true, AuthenticationType: Scheme }
        && Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var person)
        && Guid.TryParse(principal.FindFirstValue(SessionClaim), out var session)
            ? new SignedIn(new PersonId(person), new SessionId(session))
            : null;
}
