using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization;
using NadooIt.Data.Executions;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.Api;

/// <summary>An exact amount: text, so that no client makes a binary fraction of it.</summary>
[Description("An exact amount of money, as text with six decimals.")]
internal sealed record Amount(
    [property: RegularExpression(@"^-?[0-9]+\.[0-9]{6}$")][property: JsonPropertyName("amount")] string Value,
    [property: Description("ISO 4217")] string Currency)
{
    public static Amount Of(Money money) => new(money.Amount.ToString("0.000000", CultureInfo.InvariantCulture), money.Currency.Code);

    public static Amount Of(PricePerSecond price) => new(price.Amount.ToString("0.000000", CultureInfo.InvariantCulture), Domain.Kernel.Currency.Euro.Code);
}

[Description("One recorded run of a customer program. It is never edited or deleted.")]
internal sealed record ExecutionAnswer(
    Guid Id,
    Guid CustomerProgramId,
    [property: Description("The client's reference, unique per customer program for ever.")] string Reference,
    string? OrderReference,
    DateTime OccurredAt,
    DateTime RecordedAt,
    [property: Description("Seconds of work that the run saved.")] long TimeSavedSeconds,
    [property: Description("Of these, taken from prepaid time.")] long PrepaidSeconds,
    [property: Description("Of these, billed.")] long BilledSeconds,
    [property: Description("The rate that was used.")] Amount PricePerSecond,
    [property: Description("Billed seconds times rate.")] Amount Price,
    ExecutionStatus Status,
    [property: Description("Prepaid seconds left on the customer program's time accounts afterwards.")] long TimeBalanceSeconds)
{
    public static ExecutionAnswer Of(ExecutionFacts facts) => new(
        facts.Id.Value, facts.CustomerProgram.Value, facts.Reference, facts.OrderReference, facts.OccurredAt.UtcDateTime, facts.RecordedAt.UtcDateTime,
        facts.Saved.Value, facts.Prepaid.Value, facts.Billed.Value, Amount.Of(facts.Rate), Amount.Of(facts.Price), facts.Status, facts.TimeBalanceAfter.Value);
}

[Description("A part of a list. With nextCursor the next part is read; null means that this was the last.")]
internal sealed record ListAnswer<TItem>(IReadOnlyList<TItem> Items, string? NextCursor);

[Description("What became of one execution of a batch: its status, and either the execution or a problem.")]
internal sealed record BatchItemAnswer(
    [property: Description("The status that the execution alone would have been answered with.")] int Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ExecutionAnswer? Execution = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Problem? Problem = null);

[Description("The outcomes, in the order of the request.")]
internal sealed record BatchAnswer(IReadOnlyList<BatchItemAnswer> Items);

[Description("An execution to be recorded.")]
internal sealed record ExecutionBody(
    Guid CustomerProgramId,
    [property: MinLength(1), MaxLength(ExecutionRequest.LongestReference), Description("The client's own name for this run. Sent again with the same content it records nothing and returns the first answer.")] string Reference,
    [property: Description("Seconds that the run saved, at least 1; without it the customer program's own value is taken.")] long? TimeSavedSeconds = null,
    [property: Description("When it ran; without it: now.")] DateTimeOffset? OccurredAt = null,
    [property: MinLength(1), MaxLength(ExecutionRequest.LongestReference), Description("The customer's order it belongs to.")] string? OrderReference = null);

[Description("Up to 1,000 executions; each is accepted or refused on its own.")]
internal sealed record BatchBody([property: MinLength(1), MaxLength(RecordExecutionBatchByKey.Most)] IReadOnlyList<ExecutionBody> Items);

[Description("A reversal.")]
internal sealed record ReversalBody(
    [property: MinLength(1), MaxLength(Act.LongestReason), Description("Why; it stays with the execution for ever.")] string Reason);
