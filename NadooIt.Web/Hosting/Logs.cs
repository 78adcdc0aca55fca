using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace NadooIt.Web.Hosting;

/// <summary>
/// Logs as lines on the console and as JSON in a daily file, the trace id on each. Requests are not logged by the
/// framework, because their addresses can carry tokens; what matters is logged by name where it happens.
/// </summary>
internal static class Logs
{
    private const string Line = "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {TraceId} {SourceContext}: {Message:lj}{NewLine}{Exception}";
    private const long MostBytesPerFile = 50 * 1024 * 1024;
    private const int MostFiles = 14;

    public static Logger Create(IConfiguration configuration)
    {
        var logs = new LoggerConfiguration()
            .MinimumLevel.Is(Level(configuration))
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            .MinimumLevel.Override("Npgsql", LogEventLevel.Warning)
            // A failed command would be logged with its statement; the exception itself says enough.
            .MinimumLevel.Override("Microsoft.EntityFrameworkCore.Database.Command", LogEventLevel.Fatal)
            .Enrich.FromLogContext()
            .Enrich.With<WithoutAddress>()
            .WriteTo.Console(outputTemplate: Line, formatProvider: CultureInfo.InvariantCulture);
        if (configuration.GetValue(Settings.LogFiles, true))
        {
            logs = logs.WriteTo.File(
                new JsonFormatter(renderMessage: true, formatProvider: CultureInfo.InvariantCulture),
                Path.Combine(DataFolder.Of(configuration), "logs", "nadooit-.json"),
                rollingInterval: RollingInterval.Day, fileSizeLimitBytes: MostBytesPerFile, rollOnFileSizeLimit: true,
                retainedFileCountLimit: MostFiles);
        }

        return logs.CreateLogger();
    }

    private static LogEventLevel Level(IConfiguration configuration) =>
        Enum.TryParse<LogEventLevel>(configuration[Settings.LogLevel], ignoreCase: true, out var level) ? level : LogEventLevel.Information;

    /// <summary>The framework adds the address of the request to whatever is logged meanwhile; it can be a one-time link.</summary>
    private sealed class WithoutAddress : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory) => logEvent.RemovePropertyIfPresent("RequestPath");
    }
}
