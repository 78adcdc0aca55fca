using Microsoft.Extensions.Logging;

namespace NadooIt.Data.Embedded;

/// <summary>What the embedded database writes to the log of the application.</summary>
internal static partial class EmbeddedLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Using PostgreSQL {Version} in {Folder}.")]
    public static partial void UsingBinaries(this ILogger logger, string version, string folder);

    [LoggerMessage(Level = LogLevel.Information, Message = "No PostgreSQL is installed; fetching PostgreSQL {Version} with npm into {Folder}.")]
    public static partial void Installing(this ILogger logger, string version, string folder);

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating the database in {Folder}.")]
    public static partial void Creating(this ILogger logger, string folder);

    [LoggerMessage(Level = LogLevel.Information, Message = "PostgreSQL runs as process {Process} in {Folder}, ready after {Milliseconds} ms.")]
    public static partial void Ready(this ILogger logger, int process, string folder, long milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "PostgreSQL is still starting after {Seconds} s, probably recovering; waiting.")]
    public static partial void StillStarting(this ILogger logger, long seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The account {Account}, which PostgreSQL must use because this process runs as root, cannot reach {DataFolder}; the database is in {ClusterFolder} instead.")]
    public static partial void Elsewhere(this ILogger logger, string account, string dataFolder, string clusterFolder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "PostgreSQL process {Process} was left over by an earlier run; stopping it.")]
    public static partial void StoppingLeftover(this ILogger logger, int process);

    [LoggerMessage(Level = LogLevel.Warning, Message = "PostgreSQL worker process {Process} outlived its server; ending it.")]
    public static partial void EndingSurvivor(this ILogger logger, int process);

    [LoggerMessage(Level = LogLevel.Error, Message = "PostgreSQL ended unexpectedly with exit code {ExitCode}; starting it again.")]
    public static partial void EndedUnexpectedly(this ILogger logger, int exitCode);

    [LoggerMessage(Level = LogLevel.Information, Message = "PostgreSQL answers again after {Milliseconds} ms.")]
    public static partial void Recovered(this ILogger logger, long milliseconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "PostgreSQL could not be started again; next attempt in {Milliseconds} ms. {Reason}")]
    public static partial void RestartFailed(this ILogger logger, string reason, double milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "PostgreSQL did not stop within {Seconds} s; stopping it at once, it recovers at the next start.")]
    public static partial void StoppingAtOnce(this ILogger logger, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "PostgreSQL stopped.")]
    public static partial void Stopped(this ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old log files of PostgreSQL could not be deleted.")]
    public static partial void PruneFailed(this ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Folder} of an interrupted first start could not be deleted yet.")]
    public static partial void UnfinishedStays(this ILogger logger, Exception exception, string folder);

    [LoggerMessage(Level = LogLevel.Debug, Message = "postgres: {Line}")]
    public static partial void Output(this ILogger logger, string line);
}
