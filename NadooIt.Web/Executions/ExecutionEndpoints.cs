using System.Globalization;
using NadooIt.Data.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Web.Shared;

namespace NadooIt.Web.Executions;

/// <summary>The export, as a download: a circuit cannot stream a file.</summary>
internal static class ExecutionEndpoints
{
    public static void MapExecutionExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Addresses.ExecutionsExport, ExportAsync).RequireAuthorization(new RequiresAttribute(Ability.ViewExecutions));

    private static async Task ExportAsync(HttpContext http, ExportExecutions export, TimeProvider clock, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        var rows = await export.RunAsync(ExecutionFilterAddress.Parse(name => query[name]), cancellationToken);
        var day = BusinessTime.DayOf(clock.GetUtcNow()).ToString("O", CultureInfo.InvariantCulture);
        await Csv.AnswerAsync(http, $"executions-{day}.csv", ExecutionCsv.Columns, rows, cancellationToken);
    }
}
