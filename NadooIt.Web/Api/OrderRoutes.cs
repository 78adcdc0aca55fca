using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using NadooIt.Data.Orders;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Orders;

namespace NadooIt.Web.Api;

/// <summary><c>/api/v1/orders</c>: what is charged once per order reference, to be completed or cancelled.</summary>
internal static class OrderRoutes
{
    private static readonly Dictionary<string, OrderStatus> Statuses = new(StringComparer.Ordinal)
    {
        ["open"] = OrderStatus.Open,
        ["completed"] = OrderStatus.Completed,
        ["cancelled"] = OrderStatus.Cancelled,
    };

    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/orders", ListAsync).RequiresKey(Ability.ManageOwnAccount)
            .Describe("listOrders", "Lists orders that are charged once, newest first",
                "A key with the ability to view executions sees all of its customer, any other key those that it recorded an execution of.")
            .Query("customerProgramId", "Only of this customer program.", OpenApiDescription.Id)
            .Query("orderReference", "Only with this order reference.", () => new() { Type = Microsoft.OpenApi.JsonSchemaType.String })
            .Query("status", "Only what stands so.", () => OpenApiDescription.OneOf(Statuses.Keys))
            .QueryPart()
            .Produces<ListAnswer<OrderAnswer>>()
            .Problems(403, 422);
        routes.MapPost("/orders/{id}/completion", CompleteAsync).RequiresKey(Ability.RunPrograms)
            .Describe("completeOrder", "Completes an order",
                "The prepaid seconds that were held are used and the price that was held is open. Later executions of the order are free. What was decided before is refused with 409 `order.already_completed` or `order.already_cancelled`.")
            .PathId()
            .Accepts<CompletionBody>("application/json")
            .Produces<OrderAnswer>()
            .Problems(400, 403, 404, 409, 413, 422);
        routes.MapPost("/orders/{id}/cancellation", CancelAsync).RequiresKey(Ability.ReverseExecutions)
            .Describe("cancelOrder", "Cancels an order",
                "What was held is let go and the charged execution is reversed. Later executions of the order are refused with 409 `order.cancelled`.")
            .PathId()
            .Accepts<CancellationBody>("application/json")
            .Produces<OrderAnswer>()
            .Problems(400, 403, 404, 409, 413, 422);
    }

    private static async Task<IResult> ListAsync(HttpContext http, ListOrdersByKey list)
    {
        var query = new QueryFields(http.Request);
        var input = new ListOrdersByKey.Input(
            query.Id<CustomerProgramId>("customerProgramId"), query.Text("orderReference", ExecutionRequest.LongestReference), query.Word("status", Statuses), query.Limit(),
            query.Cursor(parts => parts.Length == 1 && Guid.TryParseExact(parts[0], "D", out var id) ? new OrderId(id) : (OrderId?)null));
        query.Finish();
        var part = await list.RunAsync(input, http.RequestAborted);
        return Results.Json(
            new ListAnswer<OrderAnswer>([.. part.Rows.Select(OrderAnswer.Of)], part.Next is { } next ? QueryFields.Cursor(next) : null), ApiJson.Options);
    }

    private static async Task<IResult> CompleteAsync(HttpContext http, string id, CompleteOrderByKey complete)
    {
        var order = PathId.Of<OrderId>(id);
        var note = await ReadAsync(http, (fields, longest) => fields.OptionalText("note", longest));
        return Results.Json(OrderAnswer.Of(await complete.RunAsync(order, note, http.RequestAborted)), ApiJson.Options);
    }

    private static async Task<IResult> CancelAsync(HttpContext http, string id, CancelOrderByKey cancel)
    {
        var order = PathId.Of<OrderId>(id);
        var reason = await ReadAsync(http, (fields, longest) => fields.RequiredText("reason", longest));
        return Results.Json(OrderAnswer.Of(await cancel.RunAsync(order, reason!, http.RequestAborted)), ApiJson.Options);
    }

    private static async Task<string?> ReadAsync(HttpContext http, Func<JsonFields, int, string?> read)
    {
        using var body = await JsonBody.ReadAsync(http.Request, JsonBody.Usual, http.RequestAborted);
        var errors = new FieldErrors();
        var fields = new JsonFields(body.RootElement, "", errors);
        var text = read(fields, Act.LongestReason);
        fields.RefuseOthers();
        errors.ThrowIfAny();
        return text;
    }
}

[Description("An order that a customer program charges once, whatever number of executions it has.")]
internal sealed record OrderAnswer(
    Guid Id,
    Guid CustomerProgramId,
    string OrderReference,
    OrderStatus Status,
    DateTime OpenedAt,
    [property: Description("When it was completed or cancelled.")] DateTime? DecidedAt,
    [property: Description("The execution that is charged for all; null when it was reversed by itself, so that the next one is charged.")] Guid? ChargedExecutionId,
    [property: Description("Prepaid seconds of that execution.")] long PrepaidSeconds,
    [property: Description("Price of that execution.")] Amount Price,
    [property: Description("How many executions it has.")] long Executions)
{
    public static OrderAnswer Of(OrderFacts facts) => new(
        facts.Order.Id.Value, facts.Order.CustomerProgramId.Value, facts.Order.Reference, facts.Order.Status, facts.Order.OpenedAt.UtcDateTime,
        facts.Order.DecidedAt?.UtcDateTime, facts.Order.ChargedExecutionId?.Value, facts.Charge?.Prepaid.Value ?? 0, Amount.Of(facts.Charge?.Price ?? Money.NoEuro), facts.Executions);
}

[Description("The completion of an order.")]
internal sealed record CompletionBody(
    [property: MinLength(1), MaxLength(Act.LongestReason), Description("A note that stays with the order.")] string? Note = null);

[Description("The cancellation of an order.")]
internal sealed record CancellationBody(
    [property: MinLength(1), MaxLength(Act.LongestReason), Description("Why; it stays with the order for ever.")] string Reason);
