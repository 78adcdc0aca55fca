using System.Globalization;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Executions;

namespace NadooIt.Web.Api;

/// <summary>
/// <c>/api/executions</c> and <c>/api/users/check</c>: the old API, kept for programs in the field. The bodies are literal,
/// because such programs compare them; they are not translated (spec/http-api.md, "The old API").
/// </summary>
internal static class OldApiRoutes
{
    private const string KeyField = "NADOOIT__API_KEY";
    private const string CodeField = "NADOOIT__USER_CODE";
    private static readonly string[] OtherMethods = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete];

    public static void MapOldApi(this IEndpointRouteBuilder routes)
    {
        // The key is in the body, so the door cannot ask for it; the use cases do.
        routes.MapPost("/api/executions", RecordAsync).AllowAnonymous();
        routes.MapPost("/api/users/check", CheckAsync).AllowAnonymous();
        foreach (var address in new[] { "/api/executions", "/api/users/check" })
        {
            // Said here, because other routes that match everything would make "not found" of it.
            routes.MapMethods(address, OtherMethods, PostOnly).AllowAnonymous();
        }
    }

    private static IResult PostOnly(HttpResponse response)
    {
        response.Headers.Allow = HttpMethods.Post;
        return Problems.Result(Problems.Of(StatusCodes.Status405MethodNotAllowed, ProblemCodes.MethodNotAllowed));
    }

    private static async Task<IResult> RecordAsync(HttpContext http, OldApiLimits limits, RateLimits rates, RecordExecutionByOldKey record)
    {
        var body = await OldApiBody.ReadAsync(http.Request, http.RequestAborted);
        if (Text(body["reference"]) is { Length: 0 })
        {
            return Answer(OldAnswer.InvalidRequest);
        }

        return await LimitedAsync(http, body, limits, rates, OldAnswer.InvalidKey, Answer, () => record.RunAsync(
            new(Text(body[KeyField]), Text(body[CodeField]), Text(body["program_id"]), Text(body["time_saved"]), Text(body["reference"])), http.RequestAborted));
    }

    private static async Task<IResult> CheckAsync(HttpContext http, OldApiLimits limits, RateLimits rates, CheckUserByOldKey check)
    {
        OldApiBody body;
        try
        {
            body = await OldApiBody.ReadAsync(http.Request, http.RequestAborted);
        }
        catch (UnreadableRequest unreadable) when (unreadable.Status != StatusCodes.Status413PayloadTooLarge)
        {
            return Answer(OldAnswer.InvalidRequest);
        }

        return await LimitedAsync(http, body, limits, rates, OldAnswer.InvalidRequest, CheckAnswer, () => check.RunAsync(
            new(Text(body[KeyField]), Text(body[CodeField]), Text(body["NADOOIT__USER_CODE_TO_CHECK"])), http.RequestAborted));
    }

    private static async Task<IResult> LimitedAsync(
        HttpContext http, OldApiBody body, OldApiLimits limits, RateLimits rates, OldAnswer toUnknownKey, Func<OldAnswer, IResult> words, Func<Task<OldAnswer>> call)
    {
        var key = OldApiLimits.OfKey(body[KeyField] ?? "");
        if (limits.IsExhausted(key) || !rates.TryAcquire(key))
        {
            return TooMany(http, limits);
        }

        var outcome = await call();
        var isFree = outcome is OldAnswer.WrongUserCode or OldAnswer.UnknownUser ? limits.Count(key)
            : outcome != toUnknownKey || limits.Count(OldApiLimits.OfAddress(http));
        return isFree ? words(outcome) : TooMany(http, limits);
    }

    private static IResult Answer(OldAnswer answer) => answer switch
    {
        OldAnswer.InvalidRequest => Error(400, "Invalid request"),
        OldAnswer.InvalidKey => Error(403, "Invalid API Key"),
        OldAnswer.WrongUserCode => Error(403, "User code is not valid"),
        OldAnswer.CallerInactive => Error(403, "User is not active"),
        OldAnswer.UnknownProgram => Error(400, "Program does not exist"),
        OldAnswer.NotEmployed => Error(400, "User is not an employee of the company"),
        OldAnswer.Created => Success(200, "Execution created"),
        OldAnswer.UnknownUser => Error(400, "User does not exist"),
        // Told as a success that is none: this is how programs know it.
        OldAnswer.UserInactive => Success(400, "User to check is not active"),
        OldAnswer.UserActive => Success(200, "User to check is active"),
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "The old API has no words for this."),
    };

    /// <summary>Two refusals of the user check have words of their own.</summary>
    private static IResult CheckAnswer(OldAnswer answer) => answer switch
    {
        OldAnswer.InvalidKey => Error(403, "Your API Key is not valid"),
        OldAnswer.WrongUserCode => Error(403, "Your User code is not valid"),
        _ => Answer(answer),
    };

    private static IResult TooMany(HttpContext http, OldApiLimits limits)
    {
        http.Response.Headers.RetryAfter = Math.Ceiling(limits.Pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return Error(StatusCodes.Status429TooManyRequests, "Too many requests");
    }

    private static IResult Success(int status, string text) => Results.Json(new Dictionary<string, string>(StringComparer.Ordinal) { ["success"] = text }, statusCode: status);

    private static IResult Error(int status, string text) => Results.Json(new Dictionary<string, string>(StringComparer.Ordinal) { ["error"] = text }, statusCode: status);

    /// <summary>A text with a control character in it is as good as none: no field allows one, and the database keeps no NUL.</summary>
    private static string? Text(string? field) => field is null ? null : field.Any(char.IsControl) ? "" : field;
}
