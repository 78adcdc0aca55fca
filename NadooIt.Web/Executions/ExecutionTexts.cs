using NadooIt.Domain.Executions;

namespace NadooIt.Web.Executions;

/// <summary>Words and colours of executions that several pages share.</summary>
internal static class ExecutionTexts
{
    public static string Of(ExecutionStatus status) => status switch
    {
        ExecutionStatus.NotPaid => Texts.StatusNotPaid,
        ExecutionStatus.Paid => Texts.StatusPaid,
        ExecutionStatus.Reversed => Texts.StatusReversed,
        ExecutionStatus.Refunded => Texts.StatusRefunded,
        ExecutionStatus.Disputed => Texts.StatusDisputed,
        ExecutionStatus.Held => Texts.StatusHeld,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "A status without a text."),
    };

    public static string Of(NamedPeriod period) => period switch
    {
        NamedPeriod.Last20 => Texts.Last20,
        NamedPeriod.Today => Texts.Today,
        NamedPeriod.ThisMonth => Texts.ThisMonth,
        NamedPeriod.LastMonth => Texts.LastMonth,
        NamedPeriod.ThisYear => Texts.ThisYear,
        _ => throw new ArgumentOutOfRangeException(nameof(period), period, "A period without a text."),
    };

    public static string Of(StatusRecordKind kind) => kind switch
    {
        StatusRecordKind.Payment => Texts.KindPayment,
        StatusRecordKind.Reversal => Texts.KindReversal,
        StatusRecordKind.Refund => Texts.KindRefund,
        StatusRecordKind.Completion => Texts.KindCompletion,
        StatusRecordKind.Dispute => Texts.KindDispute,
        StatusRecordKind.Release => Texts.KindRelease,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A record without a word."),
    };

    public static string Badge(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Paid => "badge badge-success",
        ExecutionStatus.NotPaid => "badge badge-info",
        ExecutionStatus.Disputed or ExecutionStatus.Held => "badge badge-warning",
        _ => "badge",
    };

    public static bool IsCancelled(ExecutionStatus status) => status is ExecutionStatus.Reversed or ExecutionStatus.Refunded;
}
