using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace NadooIt.Data.Embedded;

/// <summary>Clears what a killed application or a killed server left behind; only ever called by the owner of the folder's lock.</summary>
internal static class Leftovers
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SurvivorPatience = TimeSpan.FromSeconds(2);

    /// <summary>Stops a server of this cluster that still runs, ends its orphaned workers and removes misleading lock files.</summary>
    /// <exception cref="EmbeddedPostgresException">The server does not stop.</exception>
    public static async Task ClearAsync(ClusterFolder folder, string bin, ILogger logger, CancellationToken cancellationToken)
    {
        var server = ServerFile.Read(folder);
        if (server is not null && await IsServerOfAsync(folder, server, bin, cancellationToken))
        {
            logger.StoppingLeftover(server.Process);
            await StopAsync(folder, bin, server, cancellationToken);
        }

        await EndSurvivorsAsync(folder, logger, cancellationToken);

        // Another program may have got the number meanwhile; PostgreSQL would take it for a running server and refuse.
        if (ServerFile.Read(folder) is { } stale && IsAlive(stale.Process))
        {
            File.Delete(folder.ServerFile);
        }

        // The lock of the socket names a process too, and misleads in the same way.
        foreach (var file in Directory.GetFiles(folder.Sockets, ".s.PGSQL.*"))
        {
            File.Delete(file);
        }
    }

    private static async Task StopAsync(ClusterFolder folder, string bin, ServerFile server, CancellationToken cancellationToken)
    {
        var lastWords = "";
        foreach (var (mode, seconds) in new[] { ("fast", "60"), ("immediate", "15") })
        {
            var program = Path.Combine(bin, SystemTools.Executable("pg_ctl"));
            var result = await Command.RunAsync(
                program, ["stop", "-D", folder.Data, "-m", mode, "-w", "-t", seconds, "-s"], cancellationToken, folder.Account);

            // A server that was just stopping by itself has removed its pid file, and pg_ctl complains, before it is gone.
            var waiting = Stopwatch.StartNew();
            while (await IsServerOfAsync(folder, server, bin, cancellationToken) && waiting.Elapsed < ExitPatience)
            {
                await Task.Delay(Interval, cancellationToken);
            }

            if (!await IsServerOfAsync(folder, server, bin, cancellationToken))
            {
                return;
            }

            lastWords = result.Errors.Trim();
        }

        throw new EmbeddedPostgresException(
            $"PostgreSQL process {server.Process}, left over by an earlier run in {folder.Root}, does not stop. End it, then start again. {lastWords}".Trim());
    }

    private static async Task<bool> IsServerOfAsync(ClusterFolder folder, ServerFile server, string bin, CancellationToken cancellationToken)
    {
        if (!IsAlive(server.Process))
        {
            return false;
        }

        if (OperatingSystem.IsLinux())
        {
            return WorksIn(server.Process, folder.Data);
        }

        if (OperatingSystem.IsWindows())
        {
            var status = await Command.RunAsync(Path.Combine(bin, "pg_ctl.exe"), ["status", "-D", folder.Data], cancellationToken);
            return status.Succeeded && NameOf(server.Process) == "postgres";
        }

        var line = await Command.RunAsync("ps", ["-ww", "-o", "command=", "-p", server.Process.ToString(CultureInfo.InvariantCulture)], cancellationToken);
        return line.Output.Contains($"-D {folder.Data}", StringComparison.Ordinal);
    }

    /// <summary>Workers notice the death of their server by themselves, but one in the middle of a long query does so late and blocks the restart.</summary>
    private static async Task EndSurvivorsAsync(ClusterFolder folder, ILogger logger, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var waiting = Stopwatch.StartNew();
        while (WorkersOf(folder) is { Count: > 0 } workers)
        {
            foreach (var worker in waiting.Elapsed < SurvivorPatience ? [] : workers)
            {
                logger.EndingSurvivor(worker);
                End(worker);
            }

            await Task.Delay(Interval, cancellationToken);
        }
    }

    private static List<int> WorkersOf(ClusterFolder folder) =>
        [.. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var process) ? process : 0)
            .Where(process => process > 0 && WorksIn(process, folder.Data))];

    /// <summary>Every process of a server works in the folder of its cluster, whatever number it has.</summary>
    private static bool WorksIn(int process, string data)
    {
        try
        {
            return new FileInfo($"/proc/{process}/cwd").LinkTarget == data
                && File.ReadAllText($"/proc/{process}/comm").StartsWith("postgres", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsAlive(int process) => NameOf(process) is not null;

    private static string? NameOf(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return found.HasExited ? null : found.ProcessName;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    private static void End(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            found.Kill();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It ended by itself.
        }
    }
}
