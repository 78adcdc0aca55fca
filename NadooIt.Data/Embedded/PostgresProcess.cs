using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace NadooIt.Data.Embedded;

/// <summary>One run of the server as a child of the application.</summary>
internal sealed class PostgresProcess : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan FastPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ImmediatePatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(10);

    private readonly ClusterFolder _folder;
    private readonly string _bin;
    private readonly ILogger _logger;
    private readonly Process _process;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ParentWatch? _watch;
    private string _lastLine = "";

    private PostgresProcess(ClusterFolder folder, string bin, ILogger logger, Process process)
    {
        _folder = folder;
        _bin = bin;
        _logger = logger;
        _process = process;
        Id = process.Id;
        process.Exited += (_, _) => _ended.TrySetResult();
        process.EnableRaisingEvents = true;
    }

    public int Id { get; }

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts the server and waits until it answers; recovery after a crash may take its time.</summary>
    /// <exception cref="EmbeddedPostgresException">The server ended instead; the message has its last words.</exception>
    public static async Task<PostgresProcess> StartAsync(
        ClusterFolder folder, string bin, int port, ILogger logger, CancellationToken cancellationToken)
    {
        var info = Command.Prepare(
            Path.Combine(bin, SystemTools.Executable("postgres")), ClusterSettings.CommandLine(folder, port), folder.Account);
        PostgresProcess server;
        try
        {
            server = new PostgresProcess(folder, bin, logger, await ProcessStarter.StartAsync(info));
        }
        catch (Win32Exception exception)
        {
            throw new EmbeddedPostgresException($"PostgreSQL in {bin} could not be started: {exception.Message}", exception);
        }

        try
        {
            server.ReadOutput();
            server._watch = await ParentWatch.StartAsync(server.Id, folder.Account);
            await server.WaitUntilReadyAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the server ended.</summary>
    /// <remarks>Process.WaitForExitAsync also waits for the end of the output, which orphaned workers of a killed server hold open.</remarks>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => _ended.Task.WaitAsync(cancellationToken);

    /// <summary>Stops the server: fast (everything written), then at once, then by force; each step is bounded.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!await StopAsync("INT", FastPatience))
        {
            _logger.StoppingAtOnce(FastPatience.TotalSeconds);
            if (!await StopAsync("QUIT", ImmediatePatience))
            {
                _process.Kill(entireProcessTree: true);
                await WaitForExitAsync(CancellationToken.None);
            }
        }

        // Its log writer ends last and closes the output.
        await ReadRestAsync(CancellationToken.None);
        _watch?.Dispose();
        _process.Dispose();
    }

    private async Task<bool> StopAsync(string signal, TimeSpan patience)
    {
        if (_process.HasExited)
        {
            return true;
        }

        string[] arguments = ["kill", signal, Id.ToString(CultureInfo.InvariantCulture)];
        await Command.RunAsync(Path.Combine(_bin, SystemTools.Executable("pg_ctl")), arguments, CancellationToken.None, _folder.Account);
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void ReadOutput()
    {
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (!string.IsNullOrWhiteSpace(line.Data))
        {
            _lastLine = line.Data;
            _logger.Output(line.Data);
        }
    }

    private async Task ReadRestAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(OutputPatience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What it said so far must do.
        }
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var waiting = Stopwatch.StartNew();
        var reported = TimeSpan.Zero;
        while (ServerFile.Read(_folder) is not { IsReady: true } file || file.Process != Id)
        {
            if (_process.HasExited)
            {
                await ReadRestAsync(cancellationToken);
                throw new EmbeddedPostgresException(
                    $"PostgreSQL in {_bin} ended with exit code {_process.ExitCode} instead of opening {_folder.Data}. It said: {_lastLine} {LogFiles.Tail(_folder.Logs)}");
            }

            if (waiting.Elapsed - reported > ReportInterval)
            {
                reported = waiting.Elapsed;
                _logger.StillStarting((long)reported.TotalSeconds);
            }

            await Task.Delay(Interval, cancellationToken);
        }

        _logger.Ready(Id, _folder.Root, waiting.ElapsedMilliseconds);
    }
}
