using System.Globalization;
using NadooIt.Data.Audit;
using NadooIt.Data.Ledger;
using NadooIt.Data.Sample;

namespace NadooIt.Web.Hosting;

/// <summary>What the application does besides serving: <c>dotnet run --project NadooIt.Web -- sample ...</c>.</summary>
internal static class Commands
{
    /// <summary>Runs a command and returns the exit code.</summary>
    public delegate Task<int> Command(IServiceProvider services, string[] arguments);

    /// <summary>A command that needs neither the database nor any service.</summary>
    public static Func<IConfiguration, Task<int>>? FindAlone(string[] arguments) => arguments.FirstOrDefault() switch
    {
        "health" => HealthCommand.RunAsync,
        "receipt" => _ => ReceiptCommand.RunAsync(arguments),
        _ => null,
    };

    /// <summary>The command that the first argument names; null to serve.</summary>
    public static Command? Find(string[] arguments) => arguments.FirstOrDefault() switch
    {
        "sample" => SampleAsync,
        "ledger" => VerifyLedgerAsync,
        "audit" => VerifyAuditAsync,
        _ => null,
    };

    private static async Task<int> VerifyLedgerAsync(IServiceProvider services, string[] arguments)
    {
        if (arguments is not ["ledger", "verify", ..])
        {
            await Console.Error.WriteLineAsync("ledger verify");
            return 2;
        }

        var report = await services.GetRequiredService<LedgerVerifier>().VerifyAsync(
            lines => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{lines:N0} lines fit so far")), CancellationToken.None);
        if (report.Finding is { } finding)
        {
            await Console.Error.WriteLineAsync($"The first line that does not fit: {finding}");
            return 1;
        }

        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Every line fits: {report.Lines:N0} lines on {report.Accounts:N0} accounts."));
        return 0;
    }

    private static async Task<int> VerifyAuditAsync(IServiceProvider services, string[] arguments)
    {
        if (arguments is not ["audit", "verify", ..])
        {
            await Console.Error.WriteLineAsync("audit verify");
            return 2;
        }

        var report = await services.GetRequiredService<AuditVerifier>().VerifyAsync(CancellationToken.None);
        if (report.Finding is { } finding)
        {
            await Console.Error.WriteLineAsync($"The first entry that does not fit: {finding}");
            return 1;
        }

        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"Every entry fits: {report.Entries:N0} entries in {report.Chains:N0} chains, fingerprint {report.Fingerprint}."));
        return 0;
    }

    private static async Task<int> SampleAsync(IServiceProvider services, string[] arguments)
    {
        if (Number(arguments, "--customers", 10) is not { } customers || Number(arguments, "--executions", 10_000) is not { } executions
            || customers is < 1 or > 10_000 || executions is < 0 or > 100_000_000)
        {
            await Console.Error.WriteLineAsync("sample [--customers 1..10000] [--executions 0..100000000] [--out FILE]");
            return 2;
        }

        await using var scope = services.CreateAsyncScope();
        var progress = new Progress(Console.Out);
        try
        {
            var landscape = await scope.ServiceProvider.GetRequiredService<SampleData>().FillAsync((int)customers, executions, progress.Report, CancellationToken.None);
            if (Text(arguments, "--out") is { } file)
            {
                await File.WriteAllTextAsync(file, landscape);
            }

            return 0;
        }
        catch (SampleDataException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return 1;
        }
    }

    private static long? Number(string[] arguments, string name, long usual) =>
        Text(arguments, name) is not { } text ? usual
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Text(string[] arguments, string name)
    {
        var at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }

    private sealed class Progress(TextWriter output)
    {
        private long shown = -1;

        public void Report(long done, long total)
        {
            var percent = total == 0 ? 100 : done * 100 / total;
            if (percent != shown)
            {
                shown = percent;
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{percent,3} %  {done:N0} of {total:N0} executions"));
            }
        }
    }
}
