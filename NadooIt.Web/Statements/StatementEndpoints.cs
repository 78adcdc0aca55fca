using System.Globalization;
using NadooIt.Data.Statements;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Web.Shared;

namespace NadooIt.Web.Statements;

/// <summary>A money statement as a download.</summary>
internal static class StatementEndpoints
{
    public const string Month = "month";

    public static void MapStatements(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/os/customers/{id:guid}/money/export", ExportAsync).RequireAuthorization(new RequiresAttribute(Ability.ViewExecutions));

    /// <summary>The first day of the month that an address names; the present month when it names none.</summary>
    public static DateOnly MonthOf(string? word, DateOnly today) =>
        DateOnly.TryParseExact(word + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1900 and < 9999
            ? day
            : new DateOnly(today.Year, today.Month, 1);

    /// <summary>A month as it stands in an address.</summary>
    public static string Word(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private static async Task ExportAsync(Guid id, HttpContext http, ExportMoneyStatement export, TimeProvider clock, CancellationToken cancellationToken)
    {
        var month = MonthOf(http.Request.Query[Month], BusinessTime.DayOf(clock.GetUtcNow()));
        try
        {
            var lines = await export.RunAsync(new(id), month, cancellationToken);
            await Csv.AnswerAsync(http, $"money-{Word(month)}.csv", MoneyCsv.Columns, lines, cancellationToken);
        }
        catch (Refused refused) when (refused.Refusal.Kind == RefusalKind.NotFound)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
