using System.Diagnostics;
using System.Globalization;

namespace NadooIt.Data.Embedded;

/// <summary>Stops the server when the application is killed on systems without a parent death signal.</summary>
/// <remarks>A shell waits on a pipe that only the application holds: the kernel closes it, however the application ends.</remarks>
internal sealed class ParentWatch : IDisposable
{
    private readonly Process _shell;

    private ParentWatch(Process shell) => _shell = shell;

    /// <summary>Starts the watch, or answers null where setpriv or nothing at all does the work.</summary>
    public static async Task<ParentWatch?> StartAsync(int server, UnprivilegedAccount? account)
    {
        // On Windows the next start finds the server and stops it.
        if (OperatingSystem.IsWindows() || SystemTools.Setpriv is not null)
        {
            return null;
        }

        string[] arguments = ["-c", "trap '' INT HUP; while read -r line; do :; done; kill -INT \"$1\"", "sh", server.ToString(CultureInfo.InvariantCulture)];
        return new ParentWatch(await ProcessStarter.StartAsync(Command.Prepare("/bin/sh", arguments, account)));
    }

    public void Dispose()
    {
        _shell.Kill(entireProcessTree: true);
        _shell.Dispose();
    }
}
