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
/// Two writers take turns: while the database works for the one, the other decides the next page, and gives it to the database as soon
/// as that is free. More than one page at a time would be smaller pages, and a page has a cost of its own.
/// </remarks>
public sealed class ExecutionWriter(NadooItDatabase database, ExecutionMeter meter, ILogger<ExecutionWriter> logger) : BackgroundService
{
    /// <summary>Most requests that wait at one time.</summary>
    internal const int MostWaiting = 4096;

    /// <summary>Most requests recorded in one transaction.</summary>
    internal const int MostTogether = 512;

    /// <summary>
    /// When the next page is taken and decided, as a part of the time that the last one took, in whole milliseconds, which is as
    /// exact as a thread sleeps: early enough to be ready when the database is, and late enough for many to be in it.
    /// </summary>
    private const double PartOfPage = 0.5;

    private readonly Channel<Waiting> queue = Channel.CreateBounded<Waiting>(MostWaiting);

    // Whoever has the turn takes from the queue, and waits for the database until it is his. Nobody spins: a core that waits is one less.
    private readonly AutoResetEvent turn = new(true);
    private readonly ManualResetEventSlim free = new(true, spinCount: 0);
    private TimeSpan took;

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

        // Also for somebody who leaves meanwhile: what is waiting is recorded.
        var result = await waiting.Done.Task;
        return result.Refusal is null ? result : throw result.Refusal;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        free.Dispose();
        turn.Dispose();
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
        using var db = book.Open();
        var batch = new List<Waiting>(MostTogether);
        try
        {
            while (true)
            {
                if (Take(book, batch, stoppingToken) is { } page)
                {
                    Record(book, db, page, batch);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: whoever still waits is told by the one who began this.
        }
    }

    /// <summary>Takes what waits and decides it, on this thread, which does nothing else, and returns when the database is free for it.</summary>
    private DecidedPage? Take(ExecutionBook book, List<Waiting> batch, CancellationToken stoppingToken)
    {
        batch.Clear();
        turn.WaitOne();
        try
        {
            queue.Reader.WaitToReadAsync(stoppingToken).AsTask().GetAwaiter().GetResult();
            free.Wait((int)Math.Round(took.TotalMilliseconds * PartOfPage), stoppingToken);
            while (batch.Count < MostTogether && queue.Reader.TryRead(out var waiting))
            {
                batch.Add(waiting);
            }

            // What was taken is finished and answered, also when the host stops.
            var page = book.Decide([.. batch.Select(waiting => waiting.Order)], inOrder: false);
            free.Wait(CancellationToken.None);
            free.Reset();
            return page;
        }
        catch (Exception exception) when (batch.Count > 0)
        {
            Fail(batch, exception);
            return null;
        }
        finally
        {
            turn.Set();
        }
    }

    private void Record(ExecutionBook book, NadooItDb db, DecidedPage page, List<Waiting> batch)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            var results = book.Record(db, page);
            Free(began);
            Answer(batch.Zip(results), item => item.First.Done.TrySetResult(item.Second));
        }
        catch (Exception exception)
        {
            Free(began);
            Fail(batch, exception);
        }
    }

    private void Free(long began)
    {
        took = Stopwatch.GetElapsedTime(began);
        free.Set();
    }

    private void Fail(List<Waiting> batch, Exception exception)
    {
        logger.LogError(exception, "Recording {Count} executions failed", batch.Count);
        Answer(batch, waiting => waiting.Done.TrySetException(exception));
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
