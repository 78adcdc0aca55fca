using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace NadooIt.Data.Embedded;

/// <summary>Keeps the server running while the application lives.</summary>
internal sealed class PostgresSupervisor : IAsyncDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PruneInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Stable = TimeSpan.FromSeconds(30);

    private readonly ClusterFolder _folder;
    private readonly string _bin;
    private readonly int _port;
    private readonly string _connectionString;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private volatile PostgresProcess _process;
    private Task _watching = Task.CompletedTask;
    private volatile bool _isReady = true;

    private PostgresSupervisor(ClusterFolder folder, string bin, int port, string connectionString, ILogger logger, PostgresProcess process)
    {
        _folder = folder;
        _bin = bin;
        _port = port;
        _connectionString = connectionString;
        _logger = logger;
        _process = process;
    }

    public bool IsReady => _isReady;

    public int ProcessId => _process.Id;

    public static async Task<PostgresSupervisor> StartAsync(
        ClusterFolder folder, string bin, int port, string connectionString, ILogger logger, CancellationToken cancellationToken)
    {
        var process = await PostgresProcess.StartAsync(folder, bin, port, logger, cancellationToken);
        var supervisor = new PostgresSupervisor(folder, bin, port, connectionString, logger, process);
        supervisor._watching = Task.Run(supervisor.WatchAsync, CancellationToken.None);
        return supervisor;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        _isReady = false;
        await _process.DisposeAsync();
        _stopping.Dispose();
        _logger.Stopped();
    }

    private async Task WatchAsync()
    {
        var delay = FirstDelay;
        try
        {
            while (true)
            {
                var running = Stopwatch.StartNew();
                await WaitForEndAsync();
                _isReady = false;
                _logger.EndedUnexpectedly(_process.ExitCode);
                var outage = Stopwatch.StartNew();
                if (running.Elapsed > Stable)
                {
                    delay = FirstDelay;
                }

                delay = await RestartAsync(delay);
                _isReady = true;
                NpgsqlConnection.ClearPool(new NpgsqlConnection(_connectionString));
                _logger.Recovered(outage.ElapsedMilliseconds);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The application stops.
        }
    }

    private async Task WaitForEndAsync()
    {
        var ended = _process.WaitForExitAsync(_stopping.Token);
        while (await Task.WhenAny(ended, Task.Delay(PruneInterval, _stopping.Token)) != ended)
        {
            _stopping.Token.ThrowIfCancellationRequested();
            Prune();
        }

        await ended;
    }

    /// <summary>Tries until it works and answers with the delay before the next restart, which grows while the server keeps ending.</summary>
    private async Task<TimeSpan> RestartAsync(TimeSpan delay)
    {
        while (true)
        {
            await Task.Delay(delay, _stopping.Token);
            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            try
            {
                await Leftovers.ClearAsync(_folder, _bin, _logger, _stopping.Token);
                var next = await PostgresProcess.StartAsync(_folder, _bin, _port, _logger, _stopping.Token);
                var ended = _process;
                _process = next;
                await ended.DisposeAsync();
                Prune();
                return delay;
            }
            catch (Exception exception) when (exception is EmbeddedPostgresException or IOException or UnauthorizedAccessException)
            {
                _logger.RestartFailed(exception.Message, delay.TotalMilliseconds);
            }
        }
    }

    private void Prune()
    {
        try
        {
            LogFiles.Prune(_folder.Logs);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _logger.PruneFailed(exception);
        }
    }
}
