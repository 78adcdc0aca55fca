using NadooIt.Domain.Ledger;

namespace NadooIt.Web.TimeAccounts;

/// <summary>What a line of a statement is about.</summary>
internal static class TransferTexts
{
    public static string Of(TransferKind kind, TransferPhase phase) => phase switch
    {
        TransferPhase.Pending => Texts.KindHold,
        TransferPhase.Voided => Texts.KindLetGo,
        _ => Of(kind),
    };

    private static string Of(TransferKind kind) => kind switch
    {
        TransferKind.Purchase => Texts.KindPurchase,
        TransferKind.Execution => Texts.KindExecution,
        TransferKind.Reversal => Texts.KindReversal,
        TransferKind.Correction => Texts.KindCorrection,
        TransferKind.Move => Texts.KindMove,
        TransferKind.Payment => Texts.KindPayment,
        TransferKind.Refund or TransferKind.Payout => Texts.KindRefund,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A kind without a word."),
    };
}
