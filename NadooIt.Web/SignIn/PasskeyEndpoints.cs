using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;
using NadooIt.Web.Shared;

namespace NadooIt.Web.SignIn;

/// <summary>The addresses at which a page's script fetches the options of a ceremony. All are POST with antiforgery.</summary>
internal static class PasskeyEndpoints
{
    public const string SignIn = "/sign-in/options";
    public const string SetUp = "/set-up/options";
    public const string Enrol = "/enrol/options";
    public const string StepUp = "/step-up/options";
    public const string AddKey = "/add-key/options";

    public static void MapPasskeyOptions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(SignIn, BeginSignInAsync).AllowAnonymous().AddEndpointFilter(RequireAntiforgeryAsync);
        routes.MapPost(SetUp, BeginSetUpAsync).AllowAnonymous().AddEndpointFilter(RequireAntiforgeryAsync);
        routes.MapPost(Enrol, BeginEnrolmentAsync).AllowAnonymous().AddEndpointFilter(RequireAntiforgeryAsync);
        var own = new RequiresAttribute(Ability.ManageOwnAccount);
        routes.MapPost(StepUp, BeginStepUpAsync).RequireAuthorization(own).AddEndpointFilter(RequireAntiforgeryAsync);
        routes.MapPost(AddKey, BeginAddKeyAsync).RequireAuthorization(own).AddEndpointFilter(RequireAntiforgeryAsync);
    }

    private static async Task<Results<Ok<CeremonyStart>, ProblemHttpResult>> BeginSignInAsync(
        HttpContext http, PasskeyCeremonies ceremonies, AttemptGate gate, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var code = form["userCode"].ToString();
        var wait = await gate.BeginAsync(http, code, cancellationToken);
        if (wait > TimeSpan.Zero)
        {
            http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return TypedResults.Problem(statusCode: StatusCodes.Status429TooManyRequests, extensions: [new("code", "too-many")]);
        }

        return TypedResults.Ok(await ceremonies.BeginSignInAsync(http, code, cancellationToken));
    }

    private static async Task<Results<Ok<CeremonyStart>, ProblemHttpResult>> BeginSetUpAsync(
        HttpContext http, PasskeyCeremonies ceremonies, BeginSetUp beginSetUp, SetUpToken token, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        var displayName = form["displayName"].ToString().Trim();
        if (displayName.Length is 0 or > Person.LongestDisplayName)
        {
            return Refused("display-name-invalid");
        }

        return token.Is(form["token"]) && await beginSetUp.RunAsync(token.Value, displayName, cancellationToken) is { } owner
            ? TypedResults.Ok(await ceremonies.BeginRegistrationAsync(http, CeremonyPurpose.SetUp, PasskeyPerson.From(owner), cancellationToken))
            : Refused("link-ended");
    }

    private static async Task<Results<Ok<CeremonyStart>, ProblemHttpResult>> BeginEnrolmentAsync(
        HttpContext http, PasskeyCeremonies ceremonies, ReadEnrolment readEnrolment, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        try
        {
            var owner = await readEnrolment.RunAsync(form["token"].ToString(), cancellationToken);
            return TypedResults.Ok(await ceremonies.BeginRegistrationAsync(http, CeremonyPurpose.Enrol, PasskeyPerson.From(owner), cancellationToken));
        }
        catch (Refused refused)
        {
            return Refused(refused.Refusal == KeyRefusals.EnrolmentForSomebodyElse ? "somebody-else" : "link-ended");
        }
    }

    private static async Task<Results<Ok<CeremonyStart>, ProblemHttpResult>> BeginStepUpAsync(
        HttpContext http, PasskeyCeremonies ceremonies, PasskeyStorage storage, CurrentUser user, CancellationToken cancellationToken) =>
        user.Caller is { } caller && await storage.FindPersonAsync(caller.Person, cancellationToken) is { } owner
            ? TypedResults.Ok(await ceremonies.BeginStepUpAsync(http, PasskeyPerson.From(owner), cancellationToken))
            : Refused("signed-out");

    private static async Task<Results<Ok<CeremonyStart>, ProblemHttpResult>> BeginAddKeyAsync(
        HttpContext http, PasskeyCeremonies ceremonies, BeginAddOwnKey beginAddOwnKey, CancellationToken cancellationToken)
    {
        try
        {
            var owner = await beginAddOwnKey.RunAsync(cancellationToken);
            return TypedResults.Ok(await ceremonies.BeginRegistrationAsync(http, CeremonyPurpose.AddKey, PasskeyPerson.From(owner), cancellationToken));
        }
        catch (Refused refused) when (refused.Refusal == KeyRefusals.FreshTouchNeeded)
        {
            return Refused("fresh-touch-needed");
        }
    }

    /// <summary>Says no with a code for which the page's form has a text in <c>data-text-...</c>.</summary>
    private static ProblemHttpResult Refused(string code) =>
        TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, extensions: [new("code", code)]);

    /// <remarks>The middleware validates only endpoints that bind a form; these read it themselves, so they ask.</remarks>
    private static async ValueTask<object?> RequireAntiforgeryAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var antiforgery = context.HttpContext.RequestServices.GetRequiredService<IAntiforgery>();
        return context.HttpContext.Request.HasFormContentType && await antiforgery.IsRequestValidAsync(context.HttpContext)
            ? await next(context)
            : TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, extensions: [new("code", "form-expired")]);
    }
}
