using System.Globalization;
using System.Net.Mime;
using CsvHelper;
using Microsoft.AspNetCore.Http.Features;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.Shared;

/// <summary>For whom a file is written.</summary>
public enum ExportProfile
{
    /// <summary>German Excel: semicolon, decimal comma, UTF-8 with byte order mark, local times.</summary>
    Excel,

    /// <summary>Machines: RFC 4180, ISO 8601 in UTC, decimal point, stable English names.</summary>
    Machine,
}

/// <summary>A column of a file.</summary>
/// <param name="Name">Its stable English name, for machines.</param>
/// <param name="German">Its title for German Excel.</param>
/// <param name="Value">What stands in it; text that people typed goes through <see cref="Csv.Harmless"/>.</param>
internal sealed record CsvColumn<TRow>(string Name, Func<string?> German, Func<TRow, CsvFormat, string> Value);

/// <summary>How a profile writes numbers and instants.</summary>
internal sealed record CsvFormat(ExportProfile Profile)
{
    public static readonly CultureInfo German = CultureInfo.GetCultureInfo("de-DE");

    public bool IsExcel => Profile == ExportProfile.Excel;

    public string Number(decimal number, string format) => number.ToString(format, IsExcel ? German : CultureInfo.InvariantCulture);

    public string Instant(DateTimeOffset instant) => IsExcel
        ? TimeZoneInfo.ConvertTime(instant, BusinessTime.Zone).ToString("dd.MM.yyyy HH:mm:ss", CultureInfo.InvariantCulture)
        : instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}

/// <summary>Tables as CSV, written row by row.</summary>
internal static class Csv
{
    /// <summary>The name under which an address asks for a profile.</summary>
    public const string Profile = "profile";

    /// <summary>The profile's word in an address.</summary>
    public static string Word(ExportProfile profile) => profile == ExportProfile.Excel ? "excel" : "machine";

    /// <summary>The profile that a request asks for; Excel when it asks for none.</summary>
    public static ExportProfile ProfileOf(HttpRequest request) => request.Query[Profile] == "machine" ? ExportProfile.Machine : ExportProfile.Excel;

    /// <summary>Answers with the table as a download; nothing is kept in memory.</summary>
    public static Task AnswerAsync<TRow>(HttpContext http, string fileName, IReadOnlyList<CsvColumn<TRow>> columns, IAsyncEnumerable<TRow> rows, CancellationToken cancellationToken)
    {
        var profile = ProfileOf(http.Request);
        http.Response.ContentType = "text/csv; charset=utf-8" + (profile == ExportProfile.Machine ? "; header=present" : "");
        http.Response.Headers.ContentDisposition = new ContentDisposition { FileName = fileName }.ToString();
        http.Response.Headers.CacheControl = "no-store";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        return WriteAsync(http.Response.Body, columns, rows, profile, cancellationToken);
    }

    /// <summary>Writes all rows; the stream stays open.</summary>
    public static async Task WriteAsync<TRow>(
        Stream stream, IReadOnlyList<CsvColumn<TRow>> columns, IAsyncEnumerable<TRow> rows, ExportProfile profile, CancellationToken cancellationToken)
    {
        var format = new CsvFormat(profile);
        var settings = new CsvWriterOptions { Separator = format.IsExcel ? ';' : ',', WriteByteOrderMark = format.IsExcel };
        await using var csv = CsvWriter.Create(stream, settings, leaveOpen: true);
        foreach (var column in columns)
        {
            csv.WriteField(format.IsExcel ? column.German() : column.Name);
        }

        await csv.EndRecordAsync(cancellationToken);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            foreach (var column in columns)
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
}
