using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>
/// Writes the executions of this process. Requests wait in a bounded queue; a writer takes what is there, records it in one
/// transaction and answers each request after the commit. A full queue refuses at once.
/// </summary>
/// <remarks>
/// There are two writers, so that one works while the other one waits for the disk. They take turns at the queue, and the
/// rows that they lock keep them apart as they keep nodes apart.
/// </remarks>
public sealed class ExecutionWriter(NadooItDatabase database, ExecutionMeter meter, ILogger<ExecutionWriter> logger) : BackgroundService
{
    /// <summary>Most requests that wait at one time.</summary>
    internal const int MostWaiting = 4096;

    /// <summary>Most requests recorded in one transaction.</summary>
    internal const int MostTogether = 512;

    /// <summary>
    /// Whoever was just answered often asks again at once, and one large page costs less than two small ones. So a writer waits
    /// for its share of as many as there were, but no longer than this part of the time that its last page took.
    /// </summary>
    private const int PartOfPage = 4;

    private static readonly TimeSpan LongestGathering = TimeSpan.FromMilliseconds(2);

    private readonly Channel<Waiting> queue = Channel.CreateBounded<Waiting>(MostWaiting);
    private readonly Lock turn = new();
    private readonly ManualResetEventSlim gathered = new(false, spinCount: 0);
    private int wanted = 1;
    private int recording;

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
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        meter.Watch(() => queue.Reader.Count);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, NadooItDatabase.Writers).Select(_ =>
                Task.Factory.StartNew(() => Write(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
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

    private void Write(CancellationToken stoppingToken)
    {
        var book = new ExecutionBook(database, meter);
        var batch = new List<Waiting>(MostTogether);
        var (expected, took) = (1, TimeSpan.Zero);
        try
        {
            while (true)
            {
                Take(batch, expected, took, stoppingToken);
                var began = Stopwatch.GetTimestamp();
                Interlocked.Add(ref recording, batch.Count);
                Record(book, batch);
                var elsewhere = Interlocked.Add(ref recording, -batch.Count);
                var all = batch.Count + queue.Reader.Count + elsewhere;
                (expected, took) = (Math.Min(MostTogether, elsewhere > 0 ? all / NadooItDatabase.Writers : all), Stopwatch.GetElapsedTime(began));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: whoever still waits is told by the one who began this.
        }
    }

    /// <summary>Takes what waits, on this thread, which does nothing else.</summary>
    private void Take(List<Waiting> batch, int expected, TimeSpan took, CancellationToken stoppingToken)
    {
        batch.Clear();
        lock (turn)
        {
            while (batch.Count == 0)
            {
                queue.Reader.WaitToReadAsync(stoppingToken).AsTask().GetAwaiter().GetResult();
                Gather(expected, took, stoppingToken);
                while (batch.Count < MostTogether && queue.Reader.TryRead(out var waiting))
                {
                    batch.Add(waiting);
                }
            }
        }
    }

    /// <summary>Waits a moment for those who were just answered.</summary>
    private void Gather(int expected, TimeSpan took, CancellationToken stoppingToken)
    {
        gathered.Reset();
        Volatile.Write(ref wanted, expected);
        if (queue.Reader.Count < expected)
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
