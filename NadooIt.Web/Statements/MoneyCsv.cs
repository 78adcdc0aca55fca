using NadooIt.Data.Statements;
using NadooIt.Domain.Ledger;
using NadooIt.Web.Shared;

namespace NadooIt.Web.Statements;

/// <summary>A money statement as CSV: every line with what its amount follows from.</summary>
internal static class MoneyCsv
{
    public static readonly IReadOnlyList<CsvColumn<MoneyLine>> Columns =
    [
        Column("account", nameof(Texts.Account), (line, _) => Csv.Harmless(line.ProgramName ?? "owed")),
        Column("customer_program_id", nameof(Texts.CustomerProgramId), (line, _) => line.Program?.ToString() ?? ""),
        Column("position", nameof(Texts.Position), (line, format) => format.Number(line.Position, "0")),
        Column("booked_at", nameof(Texts.BookedAt), (line, format) => format.Instant(line.At)),
        Column("kind", nameof(Texts.Kind), KindOf),
        Column("execution_id", nameof(Texts.ExecutionId), (line, _) => line.Execution?.Id.ToString() ?? ""),
        Column("reference", nameof(Texts.Reference), (line, _) => Csv.Harmless(line.Execution?.Reference ?? "")),
        Column("occurred_at", nameof(Texts.OccurredAt), (line, format) => line.Execution is { } run ? format.Instant(run.OccurredAt) : ""),
        Column("recorded_at", nameof(Texts.RecordedAt), (line, format) => line.Execution is { } run ? format.Instant(run.RecordedAt) : ""),
        Column("saved_seconds", nameof(Texts.SavedSeconds), (line, format) => line.Execution is { } run ? format.Number(run.Saved.Value, "0") : ""),
        Column("prepaid_seconds", nameof(Texts.PrepaidSeconds), (line, format) => line.Execution is { } run ? format.Number(run.Prepaid.Value, "0") : ""),
        Column("billed_seconds", nameof(Texts.BilledSeconds), (line, format) => line.Execution is { } run ? format.Number(run.Billed.Value, "0") : ""),
        Column("price_per_second_eur", nameof(Texts.RateInEuro), (line, format) => line.Execution is { } run ? format.Number(run.Rate.Amount, "0.000000") : ""),
        Column("amount_eur", nameof(Texts.AmountInEuro), (line, format) => format.Number(line.Amount.Amount, "0.000000")),
        Column("balance_eur", nameof(Texts.BalanceInEuro), (line, format) => format.Number(line.BalanceAfter.Amount, "0.000000")),
        Column("booked_by", nameof(Texts.BookedBy), (line, _) => Csv.Harmless(line.By)),
        Column("note", nameof(Texts.Note), (line, _) => Csv.Harmless(line.Note ?? "")),
    ];

    private static CsvColumn<MoneyLine> Column(string name, string text, Func<MoneyLine, CsvFormat, string> value) =>
        new(name, () => Texts.ResourceManager.GetString(text, CsvFormat.German), value);

    private static string KindOf(MoneyLine line, CsvFormat format) => format.IsExcel
        ? Texts.ResourceManager.GetString(MoneyTexts.KeyOf(line.Kind), CsvFormat.German) ?? line.Kind.ToString()
        : MoneyTexts.Word(line.Kind);
}

/// <summary>Words of a money statement.</summary>
internal static class MoneyTexts
{
    private static readonly Dictionary<TransferKind, (string Word, string Key)> Kinds = new()
    {
        [TransferKind.Execution] = ("execution", nameof(Texts.KindExecution)),
        [TransferKind.Payment] = ("payment", nameof(Texts.KindPayment)),
        [TransferKind.Reversal] = ("reversal", nameof(Texts.KindReversal)),
        [TransferKind.Refund] = ("refund", nameof(Texts.KindRefund)),
        [TransferKind.Payout] = ("payout", nameof(Texts.KindPayout)),
    };

    /// <summary>The kind's word in addresses and files.</summary>
    public static string Word(TransferKind kind) => Kinds.TryGetValue(kind, out var known) ? known.Word : kind.ToString().ToLowerInvariant();

    /// <summary>The kind behind a word; null for none.</summary>
    public static TransferKind? KindOf(string? word) => Kinds.Where(known => known.Value.Word == word).Select(known => (TransferKind?)known.Key).FirstOrDefault();

    /// <summary>The name of the kind's text.</summary>
    public static string KeyOf(TransferKind kind) => Kinds.TryGetValue(kind, out var known) ? known.Key : nameof(Texts.KindOther);

    /// <summary>The kind as people read it.</summary>
    public static string Of(TransferKind kind) => kind switch
    {
        TransferKind.Execution => Texts.KindExecution,
        TransferKind.Payment => Texts.KindPayment,
        TransferKind.Reversal => Texts.KindReversal,
        TransferKind.Refund => Texts.KindRefund,
        TransferKind.Payout => Texts.KindPayout,
        _ => Texts.KindOther,
    };
}
