using System.Globalization;
using System.Text;
using NadooIt.Data.Executions;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Web.Executions;
using NadooIt.Web.Shared;

namespace NadooIt.Tests.Executions;

public sealed class ExecutionCsvTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 10, 0, 5, TimeSpan.Zero);

    [Fact]
    public async Task Machines_get_RFC_4180_with_ISO_8601_in_UTC()
    {
        var text = Encoding.UTF8.GetString(await WriteAsync(ExportProfile.Machine, Row("a,b", "say \"hi\"")));

        var lines = text.Split("\r\n");
        lines[0].ShouldBe(
            "id,occurred_at,recorded_at,customer,program,customer_program_id,person,reference,order_reference,saved_seconds,prepaid_seconds,billed_seconds,price_per_second_eur,price_eur,status");
        lines[1].ShouldContain(",2026-11-20T10:00:05.000000Z,");
        lines[1].ShouldContain(",\"a,b\",\"say \"\"hi\"\"\",1234,1000,234,0.063889,14.950026,not_paid");
        lines[2].ShouldBe("");
        text[0].ShouldBe('i');
    }

    [Fact]
    public async Task German_Excel_gets_semicolons_decimal_commas_and_a_byte_order_mark()
    {
        var bytes = await WriteAsync(ExportProfile.Excel, Row("Ä;1", null));

        bytes[..3].ShouldBe([0xEF, 0xBB, 0xBF]);
        var lines = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n");
        lines[0].ShouldStartWith("Kennung;Gelaufen am;Erfasst am;Kunde;Programm;");
        lines[1].ShouldContain(";20.11.2026 11:00:05;");
        lines[1].ShouldContain(";\"Ä;1\";;1234;1000;234;0,063889;14,950026;Nicht bezahlt");
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+49 30", "'+49 30")]
    [InlineData("-2", "'-2")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("  =1", "'  =1")]
    [InlineData("\t1", "'\t1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("run-4711", "run-4711")]
    [InlineData("a=b", "a=b")]
    [InlineData("", "")]
    public void What_a_spreadsheet_would_run_becomes_text(string text, string written) => Csv.Harmless(text).ShouldBe(written);

    [Theory]
    [InlineData(ExportProfile.Excel)]
    [InlineData(ExportProfile.Machine)]
    public async Task Both_profiles_take_the_sting_out_of_every_text(ExportProfile profile)
    {
        var row = Row("=cmd|'/C calc'!A0", "@x") with { Customer = "+c", Program = "-p", Person = "=HYPERLINK(\"x\")" };

        var text = Encoding.UTF8.GetString(await WriteAsync(profile, row));

        foreach (var harmless in new[] { "'=cmd|", "'@x", "'+c", "'-p", "'=HYPERLINK" })
        {
            text.ShouldContain(harmless);
        }
    }

    [Fact]
    public async Task The_culture_of_the_server_changes_nothing()
    {
        var before = CultureInfo.CurrentCulture;
        var german = await WriteAsync(ExportProfile.Machine, Row("a", null));
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            (await WriteAsync(ExportProfile.Machine, Row("a", null))).ShouldBe(german);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static async Task<byte[]> WriteAsync(ExportProfile profile, params ExecutionRow[] rows)
    {
        using var stream = new MemoryStream();
        await ExecutionCsv.WriteAsync(stream, rows.ToAsyncEnumerable(), profile, CancellationToken.None);
        return stream.ToArray();
    }

    private static ExecutionRow Row(string reference, string? order) => new(
        ExecutionId.From(Guid.Parse("019aa000-0000-7000-8000-000000000001")), At, At, "Kunde", CustomerProgramId.From(Guid.Empty), "Programm", "Person",
        reference, order, new(1234), new(1000), new(234), PricePerSecond.Of(0.063889m), Money.Euro(14.950026m), ExecutionStatus.NotPaid);
}
