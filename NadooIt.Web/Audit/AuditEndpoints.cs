using System.Globalization;
using NadooIt.Data.Audit;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Web.Shared;

namespace NadooIt.Web.Audit;

/// <summary>The export, as a download: a circuit cannot stream a file.</summary>
internal static class AuditEndpoints
{
    public static void MapAuditExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Addresses.AuditExport, ExportAsync).RequireAuthorization(new RequiresAttribute(Ability.ReadAudit)).ExcludeFromDescription();

    private static async Task ExportAsync(HttpContext http, ExportAuditEntries export, TimeProvider clock, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        var rows = await export.RunAsync(new(query["subject"], query["id"], Day(query["from"]), Day(query["to"]), query["search"]), cancellationToken);
        var day = BusinessTime.DayOf(clock.GetUtcNow()).ToString("O", CultureInfo.InvariantCulture);
        await Csv.AnswerAsync(http, $"audit-{day}.csv", AuditCsv.Columns, rows, cancellationToken);
    }

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
