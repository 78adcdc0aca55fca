using System.Collections.Concurrent;
using System.Diagnostics;

namespace NadooIt.Data.Embedded;

/// <summary>Starts every database process from one thread that lives as long as the application.</summary>
/// <remarks>
/// Linux sends the parent death signal when the <em>thread</em> that started the child ends; a thread of the pool
/// may end at any time and would take the database with it.
/// </remarks>
internal static class ProcessStarter
{
    private static readonly BlockingCollection<(ProcessStartInfo Info, TaskCompletionSource<Process> Result)> Requests = [];

    static ProcessStarter()
    {
        new Thread(Work) { IsBackground = true, Name = "Database process starter" }.Start();
    }

    public static Task<Process> StartAsync(ProcessStartInfo info)
    {
        var result = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add((info, result));
        return result.Task;
    }

    private static void Work()
    {
        foreach (var (info, result) in Requests.GetConsumingEnumerable())
        {
            try
            {
                result.SetResult(Process.Start(info) ?? throw new InvalidOperationException($"{info.FileName} did not start."));
            }
            catch (Exception exception)
            {
                result.SetException(exception);
            }
        }
    }
}
