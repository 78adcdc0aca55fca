using System.Globalization;
using System.Net.Mime;
using Microsoft.AspNetCore.Http.Features;
using NadooIt.Data.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Web.Shared;

namespace NadooIt.Web.Executions;

/// <summary>The export, as a download: a circuit cannot stream a file.</summary>
internal static class ExecutionEndpoints
{
    public const string Profile = "profile";

    public static void MapExecutionExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Addresses.ExecutionsExport, ExportAsync).RequireAuthorization(new RequiresAttribute(Ability.ViewExecutions));

    private static async Task ExportAsync(HttpContext http, ExportExecutions export, TimeProvider clock, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        var profile = query[Profile] == "machine" ? ExportProfile.Machine : ExportProfile.Excel;
        var rows = await export.RunAsync(ExecutionFilterAddress.Parse(name => query[name]), cancellationToken);
        var day = BusinessTime.DayOf(clock.GetUtcNow()).ToString("O", CultureInfo.InvariantCulture);
        http.Response.ContentType = "text/csv; charset=utf-8" + (profile == ExportProfile.Machine ? "; header=present" : "");
        http.Response.Headers.ContentDisposition = new ContentDisposition { FileName = $"executions-{day}.csv" }.ToString();
        http.Response.Headers.CacheControl = "no-store";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await ExecutionCsv.WriteAsync(http.Response.Body, rows, profile, cancellationToken);
    }
}
