using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>
/// The one writer of executions of this process. Requests wait in a bounded queue; the writer takes what is there,
/// records it in one transaction and answers each request after the commit. A full queue refuses at once.
/// </summary>
public sealed class ExecutionWriter(NadooItDatabase database, ExecutionMeter meter, ILogger<ExecutionWriter> logger) : BackgroundService
{
    /// <summary>Most requests that wait at one time.</summary>
    internal const int MostWaiting = 4096;

    /// <summary>Most requests recorded in one transaction.</summary>
    internal const int MostTogether = 512;

    /// <summary>
    /// Whoever was just answered often asks again at once, and one large page costs less than two small ones. So the writer
    /// waits for as many as there were, but no longer than this part of the time that the last page took.
    /// </summary>
    private const int PartOfPage = 4;

    private static readonly TimeSpan LongestGathering = TimeSpan.FromMilliseconds(2);

    private readonly ManualResetEventSlim gathered = new(false, spinCount: 0);
    private int wanted = 1;
    private readonly Channel<Waiting> queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    /// <summary>Records one execution together with whatever else is waiting, and returns when it is durable.</summary>
    /// <exception cref="Refused">A rule says no, or too much is waiting.</exception>
    internal async Task<RecordingResult> RecordAsync(RecordingOrder order, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiting = new Waiting(order);
        if (!queue.Writer.TryWrite(waiting))
        {
            meter.Refuse(ExecutionRefusals.TooManyWaiting.Code);
            throw new Refused(ExecutionRefusals.TooManyWaiting);
        }

        if (queue.Reader.Count >= Volatile.Read(ref wanted))
        {
            gathered.Set();
        }

        // Also for somebody who leaves meanwhile: what is waiting is recorded.
        var result = await waiting.Done.Task;
        return result.Refusal is null ? result : throw result.Refusal;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        gathered.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Factory.StartNew(() => Write(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Write(CancellationToken stoppingToken)
    {
        var book = new ExecutionBook(database, meter);
        meter.Watch(() => queue.Reader.Count);
        var batch = new List<Waiting>(MostTogether);
        var took = TimeSpan.Zero;
        try
        {
            while (IsSomebodyWaiting(stoppingToken))
            {
                Gather(took, stoppingToken);
                batch.Clear();
                while (batch.Count < MostTogether && queue.Reader.TryRead(out var waiting))
                {
                    batch.Add(waiting);
                }

                var began = Stopwatch.GetTimestamp();
                Record(book, batch);
                took = Stopwatch.GetElapsedTime(began);
                Volatile.Write(ref wanted, Math.Min(MostTogether, batch.Count + queue.Reader.Count));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: whoever still waits is told below.
        }
        finally
        {
            queue.Writer.Complete();
            while (queue.Reader.TryRead(out var waiting))
            {
                waiting.Done.TrySetCanceled(CancellationToken.None);
            }
        }
    }

    /// <summary>Waits on this thread, which does nothing else.</summary>
    private bool IsSomebodyWaiting(CancellationToken stoppingToken) =>
        queue.Reader.WaitToReadAsync(stoppingToken).AsTask().GetAwaiter().GetResult();

    /// <summary>Waits a moment for those who were just answered.</summary>
    private void Gather(TimeSpan took, CancellationToken stoppingToken)
    {
        gathered.Reset();
        if (queue.Reader.Count < wanted)
        {
            var patience = took / PartOfPage;
            gathered.Wait(patience < LongestGathering ? patience : LongestGathering, stoppingToken);
        }
    }

    private void Record(ExecutionBook book, List<Waiting> batch)
    {
        try
        {
            // Not cancelled by a caller who leaves or by a stopping host: what was begun is finished and answered.
            var results = book.Record([.. batch.Select(waiting => waiting.Order)]);
            foreach (var (waiting, result) in batch.Zip(results))
            {
                waiting.Done.TrySetResult(result);
            }
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "Recording {Count} executions failed", batch.Count);
            foreach (var waiting in batch)
            {
                waiting.Done.TrySetException(exception);
            }
        }
    }

    private sealed record Waiting(RecordingOrder Order)
    {
        public TaskCompletionSource<RecordingResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
