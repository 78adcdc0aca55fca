using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Web.Shared;

namespace NadooIt.Web.Api;

/// <summary>Why a request was not done (RFC 9457).</summary>
[Description("Why a request was not done (RFC 9457). The code is stable; title and detail follow Accept-Language, German when absent.")]
internal sealed record Problem(
    [property: Description("Where the code is explained.")] string Type,
    [property: Description("What is wrong, one sentence.")] string Title,
    [property: Description("The HTTP status.")] int Status,
    [property: Description("What is wrong with this very request.")] string Detail,
    [property: Description("Stable code.")] string Code,
    [property: Description("The number under which the server's log knows this request.")] string TraceId,
    [property: Description("What is wrong, field by field."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyDictionary<string, string[]>? Errors = null);

/// <summary>Codes that come from the API itself; those of the business come from the modules.</summary>
internal static class ProblemCodes
{
    public const string AccessDenied = "access.denied";
    public const string Malformed = "request.malformed";
    public const string TypeUnknown = "request.type_unknown";
    public const string TooLarge = "request.too_large";
    public const string Invalid = "request.invalid";
    public const string MethodNotAllowed = "request.method_not_allowed";
    public const string NoRoute = "route.not_found";
    public const string RateLimited = "rate.limited";
    public const string Unavailable = "server.unavailable";
    public const string Failed = "server.failed";
}

/// <summary>Turns a "no" into problem details, with the status that the API promises for it.</summary>
internal static class Problems
{
    private const string ContentType = "application/problem+json";

    public static Problem Of(Refused refused) => Of(StatusOf(refused.Refusal), refused.Refusal.Code, RefusalTexts.For(refused)) with
    {
        Errors = refused.Refusal == ExecutionRefusals.TimeSavedInvalid
            ? new Dictionary<string, string[]>(StringComparer.Ordinal) { [ExecutionFields.TimeSaved] = [RefusalTexts.For(refused)] }
            : null,
    };

    public static Problem Of(Refusal refusal) => Of(StatusOf(refusal), refusal.Code);

    public static Problem Of(int status, string code) => Of(status, code, RefusalTexts.For(code));

    public static Problem Of(InvalidRequest invalid) => Of(StatusCodes.Status422UnprocessableEntity, invalid.Code, RefusalTexts.For(ProblemCodes.Invalid)) with
    {
        Detail = string.Join(" ", invalid.Errors.Select(error => $"{error.Key}: {string.Join(" ", error.Value)}")),
        Errors = invalid.Errors,
    };

    public static IResult Result(Problem problem) => ApiJson.Answer(problem, problem.Status, ContentType);

    public static async Task WriteAsync(HttpContext http, Problem problem)
    {
        http.Response.StatusCode = problem.Status;
        switch (problem.Status)
        {
            case StatusCodes.Status401Unauthorized:
                http.Response.Headers.WWWAuthenticate = "Bearer realm=\"NADOO-IT\"";
                break;
            case StatusCodes.Status503ServiceUnavailable:
                http.Response.Headers.RetryAfter = "2";
                break;
        }

        http.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.WriteAsJsonAsync(problem, ApiJson.Options, ContentType, http.RequestAborted);
        }
    }

    private static Problem Of(int status, string code, string sentence) => new(
        string.Create(CultureInfo.InvariantCulture, $"{Addresses.Api}#{code}"), sentence, status, sentence, code, Activity.Current?.TraceId.ToString() ?? "");

    private static int StatusOf(Refusal refusal) => refusal == ApiKeyRefusals.Invalid ? StatusCodes.Status401Unauthorized : refusal.Kind switch
    {
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.NotAllowed => StatusCodes.Status403Forbidden,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.Invalid => StatusCodes.Status422UnprocessableEntity,
        RefusalKind.Busy => StatusCodes.Status503ServiceUnavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal.Kind, "This kind of refusal has no status."),
    };
}
