using System.Collections.Concurrent;
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
/// There are two writers, so that one works while the other one waits for the disk. They take turns at the queue. The rows that
/// they lock keep them apart as they keep nodes apart; so that they seldom wait for such a row, a writer leaves to the next turn
/// what belongs to a lane that the other one is writing, unless there is nothing else.
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
    private const int PartOfPage = 2;

    private static readonly TimeSpan LongestGathering = TimeSpan.FromMilliseconds(4);

    private readonly Channel<Waiting> queue = Channel.CreateBounded<Waiting>(MostWaiting);

    // Whoever has the turn works with these two.
    private readonly Lock turn = new();
    private readonly List<Waiting> next = new(MostTogether);

    private readonly ConcurrentDictionary<Guid, bool> busyLanes = new();
    private readonly ManualResetEventSlim gathered = new(false, spinCount: 0);
    private int wanted = 1;
    private int setAside;
    private int recording;

    /// <summary>How many wait for a writer.</summary>
    private int Left => queue.Reader.Count + Volatile.Read(ref setAside);

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

        if (Left >= Volatile.Read(ref wanted))
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
        meter.Watch(() => Left);
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
                next.Add(waiting);
            }

            next.ForEach(waiting => waiting.Done.TrySetCanceled(CancellationToken.None));
        }
    }

    private void Write(CancellationToken stoppingToken)
    {
        var book = new ExecutionBook(database, meter);
        using var db = book.Open();
        var batch = new List<Waiting>(MostTogether);
        var (expected, took) = (1, TimeSpan.Zero);
        try
        {
            while (true)
            {
                Take(batch, expected, took, stoppingToken);
                var began = Stopwatch.GetTimestamp();
                Interlocked.Add(ref recording, batch.Count);
                Record(book, db, batch);
                batch.ForEach(waiting => busyLanes.TryRemove(waiting.Order.Lane, out _));
                var elsewhere = Interlocked.Add(ref recording, -batch.Count);
                var all = batch.Count + Left + elsewhere;
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
            if (next.Count == 0)
            {
                queue.Reader.WaitToReadAsync(stoppingToken).AsTask().GetAwaiter().GetResult();
            }

            Gather(expected, took, stoppingToken);
            while (next.Count < MostTogether && queue.Reader.TryRead(out var waiting))
            {
                next.Add(waiting);
            }

            Choose(batch);
        }
    }

    /// <summary>Waits a moment for those who were just answered.</summary>
    private void Gather(int expected, TimeSpan took, CancellationToken stoppingToken)
    {
        gathered.Reset();
        Volatile.Write(ref wanted, expected);
        if (Left < expected)
        {
            var patience = took / PartOfPage;
            gathered.Wait(patience < LongestGathering ? patience : LongestGathering, stoppingToken);
        }
    }

    /// <summary>Takes what is next, without what would have to wait for the other writer, unless that is all.</summary>
    private void Choose(List<Waiting> batch)
    {
        batch.AddRange(next.Where(waiting => !busyLanes.ContainsKey(waiting.Order.Lane)));
        if (batch.Count == 0)
        {
            batch.AddRange(next);
        }

        batch.ForEach(waiting => busyLanes[waiting.Order.Lane] = true);
        next.RemoveAll(batch.ToHashSet(ReferenceEqualityComparer.Instance).Contains);
        Volatile.Write(ref setAside, next.Count);
    }

    private void Record(ExecutionBook book, NadooItDb db, List<Waiting> batch)
    {
        try
        {
            // Not cancelled by a caller who leaves or by a stopping host: what was begun is finished and answered.
            var results = book.Record(db, [.. batch.Select(waiting => waiting.Order)]);
            Answer(batch.Zip(results), item => item.First.Done.TrySetResult(item.Second));
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "Recording {Count} executions failed", batch.Count);
            Answer(batch, waiting => waiting.Done.TrySetException(exception));
        }
    }

    /// <summary>
    /// Answers all of a page one after the other on one thread of the pool: to wake a thread for each would take longer than
    /// what it has to do.
    /// </summary>
    private static void Answer<TItem>(IEnumerable<TItem> page, Action<TItem> tell) => ThreadPool.UnsafeQueueUserWorkItem(
        static page => page.Items.ForEach(page.Tell), (Items: page.ToList(), Tell: tell), preferLocal: false);

    private sealed record Waiting(RecordingOrder Order)
    {
        public TaskCompletionSource<RecordingResult> Done { get; } = new();
    }
}
