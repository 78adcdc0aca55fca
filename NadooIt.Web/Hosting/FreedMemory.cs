using System.Runtime.InteropServices;

namespace NadooIt.Web.Hosting;

/// <summary>
/// Gives back to the system what the C library keeps of memory that native code has freed. The runtime's compiler takes much for a
/// moment, on several threads, and glibc would keep it for good: some 25 MiB after the first busy minute.
/// </summary>
internal sealed class FreedMemory(TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private static readonly Func<nint, int>? Trim = Find();

    /// <summary>Gives it back now, which takes about a millisecond; false where the C library is another one, which keeps nothing or cannot be asked.</summary>
    public static bool GiveBack()
    {
        Trim?.Invoke(0);
        return Trim is not null;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (Trim is not null && await timer.WaitForNextTickAsync(stoppingToken))
            {
                GiveBack();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private static Func<nint, int>? Find() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var library) && NativeLibrary.TryGetExport(library, "malloc_trim", out var function)
            ? Marshal.GetDelegateForFunctionPointer<MallocTrim>(function).Invoke
            : null;

    // How many bytes stay at the end of the heap; 1 when something was given back.
    private delegate int MallocTrim(nint pad);
}
