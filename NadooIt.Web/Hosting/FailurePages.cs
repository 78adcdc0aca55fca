using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using NadooIt.Data.Kernel;
using NadooIt.Web.Shared;

namespace NadooIt.Web.Hosting;

/// <summary>
/// What a person sees when a page cannot be made at all: a plain document that needs neither the database nor a
/// sign-in. A database that is away answers 503 and says when to come back; the HTTP API has a handler of its own.
/// </summary>
internal sealed class FailurePages(ILogger<FailurePages> logger) : IExceptionHandler
{
    private static readonly TimeSpan ComeBackAfter = TimeSpan.FromSeconds(5);

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is NotSignedIn)
        {
            httpContext.Response.Redirect(Addresses.SignIn(httpContext.Request.Path));
            return true;
        }

        // What is too large or no HTTP is not our fault, also when it came to light while a form was read.
        if (exception.GetBaseException() is BadHttpRequestException bad)
        {
            httpContext.Response.StatusCode = bad.StatusCode;
            return true;
        }

        var isDatabase = DatabaseFaults.IsUnavailable(exception);
        logger.LogError(exception, "A request failed");
        httpContext.Response.StatusCode = isDatabase ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
        if (isDatabase)
        {
            httpContext.Response.Headers.RetryAfter = ((int)ComeBackAfter.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        var page = new RazorComponentResult<FailureDocument>(new { IsDatabase = isDatabase, TraceId = Activity.Current?.TraceId.ToString() ?? "" })
        {
            StatusCode = httpContext.Response.StatusCode,
            PreventStreamingRendering = true,
        };

        // A page that failed half-way leaves services behind that cannot begin anew.
        var services = httpContext.RequestServices;
        await using var scope = services.CreateAsyncScope();
        httpContext.RequestServices = scope.ServiceProvider;
        try
        {
            await page.ExecuteAsync(httpContext);
        }
        finally
        {
            httpContext.RequestServices = services;
        }

        return true;
    }
}
