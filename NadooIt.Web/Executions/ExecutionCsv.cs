using NadooIt.Data.Executions;
using NadooIt.Domain.Executions;
using NadooIt.Web.Shared;

namespace NadooIt.Web.Executions;

/// <summary>Executions as CSV.</summary>
internal static class ExecutionCsv
{
    public static readonly IReadOnlyList<CsvColumn<ExecutionRow>> Columns =
    [
        Column("id", nameof(Texts.Id), (row, _) => row.Id.ToString()),
        Column("occurred_at", nameof(Texts.OccurredAt), (row, format) => format.Instant(row.OccurredAt)),
        Column("recorded_at", nameof(Texts.RecordedAt), (row, format) => format.Instant(row.RecordedAt)),
        Column("customer", nameof(Texts.Customer), (row, _) => Csv.Harmless(row.Customer)),
        Column("program", nameof(Texts.Program), (row, _) => Csv.Harmless(row.Program)),
        Column("customer_program_id", nameof(Texts.CustomerProgramId), (row, _) => row.CustomerProgramId.ToString()),
        Column("person", nameof(Texts.Person), (row, _) => Csv.Harmless(row.Person)),
        Column("reference", nameof(Texts.Reference), (row, _) => Csv.Harmless(row.Reference)),
        Column("order_reference", nameof(Texts.OrderReference), (row, _) => Csv.Harmless(row.OrderReference ?? "")),
        Column("saved_seconds", nameof(Texts.SavedSeconds), (row, format) => format.Number(row.Saved.Value, "0")),
        Column("prepaid_seconds", nameof(Texts.PrepaidSeconds), (row, format) => format.Number(row.Prepaid.Value, "0")),
        Column("billed_seconds", nameof(Texts.BilledSeconds), (row, format) => format.Number(row.Billed.Value, "0")),
        Column("price_per_second_eur", nameof(Texts.RateInEuro), (row, format) => format.Number(row.Rate.Amount, "0.000000")),
        Column("price_eur", nameof(Texts.PriceInEuro), (row, format) => format.Number(row.Price.Amount, "0.000000")),
        Column("status", nameof(Texts.Status), StatusOf),
    ];

    /// <summary>Writes all rows; the stream stays open.</summary>
    public static Task WriteAsync(Stream stream, IAsyncEnumerable<ExecutionRow> rows, ExportProfile profile, CancellationToken cancellationToken) =>
        Csv.WriteAsync(stream, Columns, rows, profile, cancellationToken);

    private static CsvColumn<ExecutionRow> Column(string name, string text, Func<ExecutionRow, CsvFormat, string> value) =>
        new(name, () => Texts.ResourceManager.GetString(text, CsvFormat.German), value);

    private static string StatusOf(ExecutionRow row, CsvFormat format) => format.IsExcel
        ? Texts.ResourceManager.GetString($"Status{row.Status}", CsvFormat.German) ?? row.Status.ToString()
        : ExecutionFilterAddress.AllStatuses.Single(known => known.Value == row.Status).Key.Replace('-', '_');
}
