using NadooIt.Data.Audit;
using NadooIt.Web.Shared;

namespace NadooIt.Web.Audit;

/// <summary>Audit entries as CSV.</summary>
internal static class AuditCsv
{
    public static readonly IReadOnlyList<CsvColumn<AuditRow>> Columns =
    [
        Column("number", nameof(Texts.Number), (row, format) => format.Number(row.Number, "0")),
        Column("id", nameof(Texts.Id), (row, _) => row.Id.ToString()),
        Column("at", nameof(Texts.At), (row, format) => format.Instant(row.At)),
        Column("person", nameof(Texts.Who), (row, _) => Csv.Harmless(row.Person ?? "")),
        Column("api_key_id", nameof(Texts.ByApiKey), (row, _) => row.ApiKey?.ToString() ?? ""),
        Column("contract_id", nameof(Texts.Contract), (row, _) => row.Contract?.ToString() ?? ""),
        Column("ability", nameof(Texts.AbilityName), (row, _) => row.Ability?.ToString() ?? ""),
        Column("purpose", nameof(Texts.Purpose), (row, _) => row.Purpose ?? ""),
        Column("from_address", nameof(Texts.FromAddress), (row, _) => Csv.Harmless(row.FromAddress ?? "")),
        Column("customer", nameof(Texts.Customer), (row, _) => Csv.Harmless(row.Customer ?? "")),
        Column("subject", nameof(Texts.Subject), (row, _) => row.Subject),
        Column("subject_id", nameof(Texts.SubjectId), (row, _) => Csv.Harmless(row.SubjectId)),
        Column("action", nameof(Texts.What), (row, _) => row.Action),
        Column("before", nameof(Texts.Before), (row, _) => Csv.Harmless(row.Before ?? "")),
        Column("after", nameof(Texts.After), (row, _) => Csv.Harmless(row.After ?? "")),
        Column("trace_id", nameof(Texts.Trace), (row, _) => row.TraceId ?? ""),
    ];

    private static CsvColumn<AuditRow> Column(string name, string text, Func<AuditRow, CsvFormat, string> value) =>
        new(name, () => Texts.ResourceManager.GetString(text, CsvFormat.German), value);
}
