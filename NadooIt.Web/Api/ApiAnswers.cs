using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Routing.Template;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Web.Shared;

namespace NadooIt.Web.Api;

/// <summary>
/// What is the same for every answer of the HTTP API: the trace, problem details for whatever goes wrong, and a line in the
/// log of the key that asked. This is the second of the two places that catch an expected "no".
/// </summary>
internal sealed class ApiAnswers(RequestDelegate next, ApiCallLog calls, EndpointDataSource endpoints, TimeProvider clock, ILogger<ApiAnswers> logger)
{
    public async Task InvokeAsync(HttpContext http, ApiCall call)
    {
        var began = Stopwatch.GetTimestamp();
        if (http.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false;
        }

        using var activity = Activity.Current is null ? new Activity("api").SetIdFormat(ActivityIdFormat.W3C).Start() : null;
        var trace = Activity.Current!.Id;
        http.Response.OnStarting(() =>
        {
            http.Response.Headers.TraceParent = trace;
            return Task.CompletedTask;
        });
        try
        {
            await RunAsync(http);
        }
        catch (Exception exception) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            var problem = ProblemOf(exception);
            http.Response.Clear();
            await Problems.WriteAsync(http, problem);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has left; nobody waits for the answer.
        }

        if (!http.Response.HasStarted && http.Response is { StatusCode: >= 400, ContentType: null })
        {
            await Problems.WriteAsync(http, ProblemOf(http.Response.StatusCode));
        }

        calls.Note(call, http.Connection.RemoteIpAddress?.ToString(), FactsOf(http, Stopwatch.GetElapsedTime(began)));
    }

    private ApiRequestFacts FactsOf(HttpContext http, TimeSpan duration) => new(
        clock.GetUtcNow(), http.Request.Method, (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "/api",
        http.RequestAborted.IsCancellationRequested ? StatusCodes.Status499ClientClosedRequest : http.Response.StatusCode,
        duration.Ticks / TimeSpan.TicksPerMicrosecond, Activity.Current!.TraceId.ToString());

    private Task RunAsync(HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint is null)
        {
            var allowed = MethodsAt(http.Request.Path);
            http.Response.Headers.Allow = allowed;
            http.Response.StatusCode = allowed.Length > 0 ? StatusCodes.Status405MethodNotAllowed : StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        // Routing puts its own endpoint here when the method does not fit; it must not be answered with a sign-in.
        var isOurs = endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        return isOurs ? next(http) : endpoint.RequestDelegate!(http);
    }

    /// <summary>The methods that an address of the API takes; routing forgets them where a page's route comes near.</summary>
    private string[] MethodsAt(PathString path) =>
    [
        .. endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText is { } text && text.StartsWith("/api/", StringComparison.Ordinal)
                && new TemplateMatcher(TemplateParser.Parse(text.TrimStart('/')), []).TryMatch(path, []))
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    private Problem ProblemOf(Exception exception)
    {
        switch (exception)
        {
            case Refused refused:
                return Problems.Of(refused);
            case InvalidRequest invalid:
                return Problems.Of(invalid);
            case UnreadableRequest unreadable:
                return Problems.Of(unreadable.Status, unreadable.Code);
            case BadHttpRequestException bad:
                return ProblemOf(bad.StatusCode);
            case NotSignedIn:
                return Problems.Of(ApiKeyRefusals.Invalid);
            case AccessDenied { Ability: Ability.RunPrograms }:
                // Every running contract lets run programs, so what is missing is the contract.
                return Problems.Of(HrRefusals.NotRunning);
            case AccessDenied:
                return Problems.Of(StatusCodes.Status403Forbidden, ProblemCodes.AccessDenied);
            default:
                var isDatabase = DatabaseFaults.IsUnavailable(exception);
                logger.LogError(exception, "A request of the HTTP API failed");
                return isDatabase
                    ? Problems.Of(StatusCodes.Status503ServiceUnavailable, ProblemCodes.Unavailable)
                    : Problems.Of(StatusCodes.Status500InternalServerError, ProblemCodes.Failed);
        }
    }

    private static Problem ProblemOf(int status) => Problems.Of(status, status switch
    {
        StatusCodes.Status404NotFound => ProblemCodes.NoRoute,
        StatusCodes.Status405MethodNotAllowed => ProblemCodes.MethodNotAllowed,
        StatusCodes.Status413PayloadTooLarge => ProblemCodes.TooLarge,
        >= 500 => ProblemCodes.Failed,
        _ => ProblemCodes.Malformed,
    });
}
