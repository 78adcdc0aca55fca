using System.Globalization;
using CsvHelper;
using NadooIt.Data.Executions;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.Executions;

/// <summary>For whom a file is written.</summary>
public enum ExportProfile
{
    /// <summary>German Excel: semicolon, decimal comma, UTF-8 with byte order mark, local times.</summary>
    Excel,

    /// <summary>Machines: RFC 4180, ISO 8601 in UTC, decimal point, stable English names.</summary>
    Machine,
}

/// <summary>Executions as CSV, written row by row.</summary>
internal static class ExecutionCsv
{
    private static readonly CultureInfo German = CultureInfo.GetCultureInfo("de-DE");

    private static readonly Column[] Columns =
    [
        new("id", nameof(Texts.Id), (row, _) => row.Id.ToString()),
        new("occurred_at", nameof(Texts.OccurredAt), (row, profile) => profile.Instant(row.OccurredAt)),
        new("recorded_at", nameof(Texts.RecordedAt), (row, profile) => profile.Instant(row.RecordedAt)),
        new("customer", nameof(Texts.Customer), (row, _) => Harmless(row.Customer)),
        new("program", nameof(Texts.Program), (row, _) => Harmless(row.Program)),
        new("customer_program_id", nameof(Texts.CustomerProgramId), (row, _) => row.CustomerProgramId.ToString()),
        new("person", nameof(Texts.Person), (row, _) => Harmless(row.Person)),
        new("reference", nameof(Texts.Reference), (row, _) => Harmless(row.Reference)),
        new("order_reference", nameof(Texts.OrderReference), (row, _) => Harmless(row.OrderReference ?? "")),
        new("saved_seconds", nameof(Texts.SavedSeconds), (row, profile) => profile.Number(row.Saved.Value, "0")),
        new("prepaid_seconds", nameof(Texts.PrepaidSeconds), (row, profile) => profile.Number(row.Prepaid.Value, "0")),
        new("billed_seconds", nameof(Texts.BilledSeconds), (row, profile) => profile.Number(row.Billed.Value, "0")),
        new("price_per_second_eur", nameof(Texts.RateInEuro), (row, profile) => profile.Number(row.Rate.Amount, "0.000000")),
        new("price_eur", nameof(Texts.PriceInEuro), (row, profile) => profile.Number(row.Price.Amount, "0.000000")),
        new("status", nameof(Texts.Status), (row, profile) => profile.Status(row.Status)),
    ];

    /// <summary>Writes all rows; the stream stays open.</summary>
    public static async Task WriteAsync(Stream stream, IAsyncEnumerable<ExecutionRow> rows, ExportProfile profile, CancellationToken cancellationToken)
    {
        var format = new Format(profile);
        var settings = new CsvWriterOptions { Separator = profile == ExportProfile.Excel ? ';' : ',', WriteByteOrderMark = profile == ExportProfile.Excel };
        await using var csv = CsvWriter.Create(stream, settings, leaveOpen: true);
        foreach (var column in Columns)
        {
            csv.WriteField(profile == ExportProfile.Excel ? Texts.ResourceManager.GetString(column.TextKey, German) : column.Name);
        }

        await csv.EndRecordAsync(cancellationToken);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            foreach (var column in Columns)
            {
                csv.WriteField(column.Value(row, format));
            }

            await csv.EndRecordAsync(cancellationToken);
        }

        await csv.FlushAsync(cancellationToken);
    }

    /// <summary>
    /// Text that a spreadsheet would run as a formula gets an apostrophe in front, also when blanks or control
    /// characters hide the sign (OWASP, CSV injection).
    /// </summary>
    public static string Harmless(string text)
    {
        var start = text.AsSpan().TrimStart();
        return (start.Length > 0 && start[0] is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠') || (text.Length > 0 && text[0] is '\t' or '\r' or '\n')
            ? $"'{text}"
            : text;
    }

    private sealed record Column(string Name, string TextKey, Func<ExecutionRow, Format, string> Value);

    /// <summary>How a profile writes numbers, instants and states.</summary>
    private sealed record Format(ExportProfile Profile)
    {
        private bool IsExcel => Profile == ExportProfile.Excel;

        public string Number(decimal number, string format) => number.ToString(format, IsExcel ? German : CultureInfo.InvariantCulture);

        public string Instant(DateTimeOffset instant) => IsExcel
            ? TimeZoneInfo.ConvertTime(instant, BusinessTime.Zone).ToString("dd.MM.yyyy HH:mm:ss", CultureInfo.InvariantCulture)
            : instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

        public string Status(ExecutionStatus status) => IsExcel
            ? Texts.ResourceManager.GetString($"Status{status}", German) ?? status.ToString()
            : ExecutionFilterAddress.AllStatuses.Single(known => known.Value == status).Key.Replace('-', '_');
    }
}
