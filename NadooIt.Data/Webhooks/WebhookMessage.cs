using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Data.Webhooks;

/// <summary>The body of a message: type, timestamp and data. An execution looks as in the HTTP API.</summary>
internal static class WebhookMessage
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string BodyOf(WebhookDelivery delivery, Execution? execution) => new JsonObject
    {
        ["type"] = WebhookEvents.NameOf(delivery.Event),
        ["timestamp"] = Instant(delivery.OccurredAt),
        ["data"] = execution is null ? JsonNode.Parse(delivery.Data ?? "{}") : DataOf(execution, delivery.Event),
    }.ToJsonString(Options);

    private static JsonObject DataOf(Execution execution, WebhookEvent what) => new()
    {
        ["id"] = execution.Id.Value,
        ["customerProgramId"] = execution.CustomerProgramId.Value,
        ["reference"] = execution.Reference,
        ["orderReference"] = execution.OrderReference,
        ["occurredAt"] = Instant(execution.OccurredAt),
        ["recordedAt"] = Instant(execution.RecordedAt),
        ["timeSavedSeconds"] = execution.Saved.Value,
        ["prepaidSeconds"] = execution.Prepaid.Value,
        ["billedSeconds"] = execution.Billed.Value,
        ["pricePerSecond"] = Amount(execution.Rate.Amount),
        ["price"] = Amount(execution.Price.Amount),
        // A late message still tells what happened then, not what became of it.
        ["status"] = what == WebhookEvent.ExecutionReversed ? "reversed" : execution.Billed == Seconds.Zero ? "paid" : "not_paid",
        ["timeBalanceSeconds"] = execution.TimeBalanceAfter.Value,
    };

    private static JsonObject Amount(decimal amount) => new()
    {
        ["amount"] = amount.ToString("0.000000", CultureInfo.InvariantCulture),
        ["currency"] = Currency.Euro.Code,
    };

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
