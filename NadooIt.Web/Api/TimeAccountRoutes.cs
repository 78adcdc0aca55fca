using System.ComponentModel;
using System.Globalization;
using NadooIt.Data.TimeAccounts;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;

namespace NadooIt.Web.Api;

/// <summary><c>/api/v1/time-accounts/{id}</c>: balance and statement.</summary>
internal static class TimeAccountRoutes
{
    public static void MapTimeAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/time-accounts/{id}", ReadAsync).RequiresKey(Ability.ViewTimeAccounts)
            .Describe("readTimeAccount", "Reads a time account", "With its present balance.")
            .PathId()
            .Produces<TimeAccountAnswer>()
            .Problems(403, 404, 422);
        routes.MapGet("/time-accounts/{id}/statement", StatementAsync).RequiresKey(Ability.ViewTimeAccounts)
            .Describe("readStatement", "Reads the statement of a time account", "Opening balance, movements with running balance, closing balance.")
            .PathId()
            .Query("from", "Only what was booked at or after this instant or day (Europe/Berlin).", OpenApiDescription.DayOrInstant)
            .Query("to", "Only what was booked before this instant or day (Europe/Berlin).", OpenApiDescription.DayOrInstant)
            .QueryPart()
            .Produces<StatementAnswer>()
            .Problems(403, 404, 422);
    }

    private static async Task<IResult> ReadAsync(HttpContext http, string id, ReadTimeAccountByKey read)
    {
        var output = await read.RunAsync(PathId.Of<TimeAccountId>(id), http.RequestAborted);
        var account = output.Account;
        return Results.Json(
            new TimeAccountAnswer(
                account.Id.Value, account.Name, output.Balance.Value, account.Overdraft.Value, account.WarnBelow?.Value,
                account.OpenedAt.UtcDateTime, account.ClosedAt?.UtcDateTime, output.Held.Value),
            ApiJson.Options);
    }

    private static async Task<IResult> StatementAsync(HttpContext http, string id, ReadStatementByKey read)
    {
        var account = PathId.Of<TimeAccountId>(id);
        var query = new QueryFields(http.Request);
        var input = new ReadStatementByKey.Input(account, query.Period(), query.Limit(), query.Cursor(parts =>
            parts.Length == 1 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : (long?)null));
        query.Finish();
        var part = await read.RunAsync(input, http.RequestAborted);
        return Results.Json(
            new StatementAnswer(
                part.Opening.Value, part.Closing.Value, [.. part.Lines.Select(StatementLineAnswer.Of)],
                part.Next is { } next ? QueryFields.Cursor(next) : null),
            ApiJson.Options);
    }
}

[Description("A customer's account of prepaid seconds.")]
internal sealed record TimeAccountAnswer(
    Guid Id, string Name, long BalanceSeconds, long OverdraftSeconds, long? WarnBelowSeconds, DateTime OpenedAt, DateTime? ClosedAt,
    [property: Description("Of the balance, held for open orders and so not available.")] long HeldSeconds);

[Description("The movements of a time account in a period, oldest first.")]
internal sealed record StatementAnswer(long OpeningSeconds, long ClosingSeconds, IReadOnlyList<StatementLineAnswer> Items, string? NextCursor);

[Description("One movement.")]
internal sealed record StatementLineAnswer(
    long Position, DateTime BookedAt, TransferKind Kind, [property: Description("Negative when time left the account.")] long AmountSeconds,
    long BalanceSeconds, Guid? ExecutionId, string? Note)
{
    public static StatementLineAnswer Of(ReadStatementByKey.Line line) => new(
        line.Position, line.BookedAt.UtcDateTime, line.Kind, line.Amount.Value, line.BalanceAfter.Value, line.Execution?.Value, line.Note);
}
