using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Data.Receipts;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Web.Hosting;

namespace NadooIt.Web.Api;

/// <summary><c>/api/v1/executions</c>: record one or many, read one with its receipt, list, reverse.</summary>
internal static class ExecutionRoutes
{
    private static readonly Dictionary<string, ExecutionStatus> Statuses = new(StringComparer.Ordinal)
    {
        ["not_paid"] = ExecutionStatus.NotPaid,
        ["paid"] = ExecutionStatus.Paid,
        ["reversed"] = ExecutionStatus.Reversed,
        ["refunded"] = ExecutionStatus.Refunded,
        ["disputed"] = ExecutionStatus.Disputed,
        ["held"] = ExecutionStatus.Held,
    };

    public static void MapExecutions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/executions", RecordAsync).RequiresKey(Ability.RunPrograms).MayBeReadWhereSocketsAreWatched()
            .Describe("recordExecution", "Records one execution",
                "A repeated reference with the same content answers 200, the same body and `Idempotent-Replayed: true`. What occurred in a month (Europe/Berlin) that is closed for the customer is refused with 422 `execution.month_closed`, what would pass a budget that stops with 409 `budget.exceeded`. Where a customer program charges once per order, the first execution of an order is `held` and the others are free.")
            .Accepts<ExecutionBody>("application/json")
            .Produces<ExecutionAnswer>(StatusCodes.Status201Created).Produces<ExecutionAnswer>()
            .Problems(400, 403, 404, 409, 413, 422);
        routes.MapPost("/executions/batch", RecordBatchAsync).RequiresKey(Ability.RunPrograms)
            .Describe("recordExecutions", "Records up to 1,000 executions", "Each is accepted or refused on its own; the accepted ones are durable together.")
            .Accepts<BatchBody>("application/json")
            .Produces<BatchAnswer>()
            .Problems(400, 403, 409, 413, 422);
        routes.MapGet("/executions", ListAsync).RequiresKey(Ability.ManageOwnAccount)
            .Describe("listExecutions", "Lists executions, newest first",
                "A key with the ability to view executions sees all of its customer, any other key those that were recorded with it.")
            .Query("customerProgramId", "Only of this customer program.", OpenApiDescription.Id)
            .Query("from", "Only what occurred at or after this instant or day (Europe/Berlin).", OpenApiDescription.DayOrInstant)
            .Query("to", "Only what occurred before this instant or day (Europe/Berlin).", OpenApiDescription.DayOrInstant)
            .Query("status", "Only what stands so.", () => OpenApiDescription.OneOf(Statuses.Keys))
            .QueryPart()
            .Produces<ListAnswer<ExecutionAnswer>>()
            .Problems(403, 422);
        routes.MapGet("/executions/{id}", ReadAsync).RequiresKey(Ability.ManageOwnAccount).WithName("execution")
            .Describe("readExecution", "Reads one execution", "As it stands now.")
            .PathId()
            .Produces<ExecutionAnswer>()
            .Problems(403, 404, 422);
        routes.MapGet("/executions/{id}/receipt", ReceiptAsync).RequiresKey(Ability.ManageOwnAccount)
            .Describe("readExecutionReceipt", "Reads the signed receipt of one execution",
                "The stored facts as a JSON Web Signature (ES256); it can be checked offline against `/.well-known/jwks.json`.")
            .PathId()
            .Produces<string>(StatusCodes.Status200OK, Receipts.ReceiptEndpoints.MediaType)
            .Problems(403, 404, 422);
        routes.MapPost("/executions/{id}/reversal", ReverseAsync).RequiresKey(Ability.ReverseExecutions)
            .Describe("reverseExecution", "Reverses one execution",
                "Exactly the prepaid seconds go back to the time accounts they came from, and the open price is cancelled. What was paid can only be refunded by the operator.")
            .PathId()
            .Accepts<ReversalBody>("application/json")
            .Produces<ExecutionAnswer>()
            .Problems(400, 403, 404, 409, 413, 422);
    }

    private static async Task<IResult> RecordAsync(HttpContext http, RecordExecutionByKey record, TimeProvider clock)
    {
        using var body = await JsonBody.ReadAsync(http.Request, JsonBody.Usual, http.RequestAborted);
        var errors = new FieldErrors();
        var input = ExecutionFields.Read(body.RootElement, clock.GetUtcNow(), errors);
        errors.ThrowIfAny();
        var output = await record.RunAsync(input!, http.RequestAborted);
        var answer = ExecutionAnswer.Of(output.Execution);
        if (output.IsRepetition)
        {
            http.Response.Headers["Idempotent-Replayed"] = "true";
            return ApiJson.Answer(answer);
        }

        http.Response.Headers.Location = $"{http.Request.PathBase}{ApiSetup.Prefix}/executions/{answer.Id}";
        return ApiJson.Answer(answer, StatusCodes.Status201Created);
    }

    private static async Task<IResult> RecordBatchAsync(HttpContext http, RecordExecutionBatchByKey record, BatchTurns turns, CurrentUser user, TimeProvider clock)
    {
        // Whoever sends slowly keeps nobody waiting: a turn is taken when everything is here.
        using var bytes = await RequestBytes.ReadAsync(http.Request, JsonBody.Batch, http.RequestAborted);
        using var turn = await turns.TakeAsync(user.Caller!.IsTest, http.RequestAborted);
        using var body = JsonBody.Parse(bytes.Bytes);
        var errors = new FieldErrors();
        var fields = new JsonFields(body.RootElement, "", errors);
        var elements = fields.RequiredList("items", RecordExecutionBatchByKey.Most);
        fields.RefuseOthers();
        errors.ThrowIfAny();

        var now = clock.GetUtcNow();
        var answers = new BatchItemAnswer[elements!.Count];
        var (inputs, places) = (new List<RecordExecutionByKey.Input>(), new List<int>());
        foreach (var (element, place) in elements.Select((element, place) => (element, place)))
        {
            var ofItem = new FieldErrors();
            if (ExecutionFields.Read(element, now, ofItem) is { } input)
            {
                inputs.Add(input);
                places.Add(place);
            }
            else
            {
                var problem = Problems.Of(ofItem.Result!);
                answers[place] = new(problem.Status, Problem: problem);
            }
        }

        var outcomes = await record.RunAsync(inputs, http.RequestAborted);
        foreach (var (outcome, place) in outcomes.Zip(places))
        {
            answers[place] = AnswerOf(outcome);
        }

        return Results.Json(new BatchAnswer(answers), ApiJson.Options);
    }

    private static BatchItemAnswer AnswerOf(RecordExecutionBatchByKey.Outcome outcome)
    {
        if (outcome.Refusal is { } refused)
        {
            var problem = Problems.Of(refused);
            return new(problem.Status, Problem: problem);
        }

        return new(outcome.IsRepetition ? StatusCodes.Status200OK : StatusCodes.Status201Created, ExecutionAnswer.Of(outcome.Execution!));
    }

    private static async Task<IResult> ReadAsync(HttpContext http, string id, ReadExecutionByKey read) => ApiJson.Answer(
        ExecutionAnswer.Of(await read.RunAsync(PathId.Of<ExecutionId>(id), http.RequestAborted)));

    private static async Task<IResult> ReceiptAsync(HttpContext http, string id, ReadReceiptByKey read) => Results.Text(
        await read.RunAsync(PathId.Of<ExecutionId>(id), http.RequestAborted), Receipts.ReceiptEndpoints.MediaType);

    private static async Task<IResult> ReverseAsync(HttpContext http, string id, ReverseExecutionByKey reverse)
    {
        var execution = PathId.Of<ExecutionId>(id);
        using var body = await JsonBody.ReadAsync(http.Request, JsonBody.Usual, http.RequestAborted);
        var errors = new FieldErrors();
        var fields = new JsonFields(body.RootElement, "", errors);
        var reason = fields.RequiredText("reason", Act.LongestReason);
        fields.RefuseOthers();
        errors.ThrowIfAny();
        return ApiJson.Answer(ExecutionAnswer.Of(await reverse.RunAsync(execution, reason!, http.RequestAborted)));
    }

    private static async Task<IResult> ListAsync(HttpContext http, ListExecutionsByKey list)
    {
        var query = new QueryFields(http.Request);
        var input = new ListExecutionsByKey.Input(
            query.Id<CustomerProgramId>("customerProgramId"), query.Period(), query.Word("status", Statuses), query.Limit(), query.Cursor(PositionOf));
        query.Finish();
        var part = await list.RunAsync(input, http.RequestAborted);
        return ApiJson.Answer(
            new ListAnswer<ExecutionAnswer>([.. part.Rows.Select(ExecutionAnswer.Of)], part.Next is { } next ? QueryFields.Cursor(next.OccurredAt.UtcTicks, next.Id) : null));
    }

    private static ListExecutionsByKey.Position? PositionOf(string[] parts) =>
        parts.Length == 2 && long.TryParse(parts[0], out var ticks) && ticks >= Instants.Earliest.UtcTicks && ticks <= DateTimeOffset.MaxValue.UtcTicks
            && Guid.TryParseExact(parts[1], "D", out var id)
            ? new(new DateTimeOffset(ticks, TimeSpan.Zero), new ExecutionId(id))
            : null;
}
