using System.ComponentModel;
using NadooIt.Data.Ownership;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Web.Api;

/// <summary><c>/api/v1/customer-programs</c>: what the key may run.</summary>
internal static class CustomerProgramRoutes
{
    public static void MapCustomerPrograms(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/customer-programs", ListAsync).RequiresKey(Ability.RunPrograms)
            .Describe("listCustomerPrograms", "Lists the customer programs that the key may run", "With price mode, present rate and prepaid balance.")
            .QueryPart()
            .Produces<ListAnswer<CustomerProgramAnswer>>()
            .Problems(403, 422);

    private static async Task<IResult> ListAsync(HttpContext http, ListCustomerProgramsByKey list)
    {
        var query = new QueryFields(http.Request);
        var (limit, after) = (query.Limit(), query.Cursor(parts => parts.Length == 1 && Guid.TryParseExact(parts[0], "D", out var id) ? new CustomerProgramId(id) : (CustomerProgramId?)null));
        query.Finish();
        var part = await list.RunAsync(limit, after, http.RequestAborted);
        return ApiJson.Answer(
            new ListAnswer<CustomerProgramAnswer>([.. part.Rows.Select(CustomerProgramAnswer.Of)], part.Next is { } next ? QueryFields.Cursor(next) : null));
    }
}

[Description("A program as one customer uses it.")]
internal sealed record CustomerProgramAnswer(
    Guid Id,
    string Name,
    PriceMode PriceMode,
    [property: Description("The rate of the next execution.")] Amount PricePerSecond,
    [property: Description("Seconds that a run saves when the client sends none; 0 means that it has to send them.")] long TimeSavedSeconds,
    [property: Description("Most seconds that one execution may claim.")] long LargestTimeSavedSeconds,
    [property: Description("Prepaid seconds on its time accounts.")] long TimeBalanceSeconds)
{
    public static CustomerProgramAnswer Of(ListCustomerProgramsByKey.Row row) => new(
        row.Id.Value, row.Name, row.Terms.PriceMode, Amount.Of(row.Rate), row.Terms.SavedPerExecution.Value, row.Terms.LargestSaved.Value, row.TimeBalance.Value);
}
