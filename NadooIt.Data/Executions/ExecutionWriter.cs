using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>
/// Writes the executions of this process. Requests wait in a bounded queue; a page of them is decided, recorded in one transaction,
/// and each request is answered after the commit. A full queue refuses at once.
/// </summary>
/// <remarks>
/// One thread has the database write, one page at a time: more than one would be smaller pages, and a page has a cost of its own. Pages
/// are decided by whoever brings the last request of one, while the last page is written.
/// </remarks>
public sealed class ExecutionWriter : BackgroundService
{
    /// <summary>Most requests that wait at one time.</summary>
    internal const int MostWaiting = 4096;

    /// <summary>Most requests recorded in one transaction.</summary>
    internal const int MostTogether = 512;

    private readonly ExecutionBook book;
    private readonly ExecutionMeter meter;
    private readonly ILogger<ExecutionWriter> logger;
    private readonly RecordingQueue<Waiting, Page> queue;

    /// <summary>Prepares it; it records once it is started.</summary>
    public ExecutionWriter(NadooItDatabase database, ExecutionMeter meter, ILogger<ExecutionWriter> logger)
    {
        (book, this.meter, this.logger) = (new(database, meter), meter, logger);
        queue = new(MostWaiting, MostTogether, Decide);
    }

    /// <summary>Records one execution together with whatever else is waiting, and returns when it is durable.</summary>
    /// <exception cref="Refused">A rule says no, or too much is waiting.</exception>
    internal async Task<RecordingResult> RecordAsync(RecordingOrder order, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiting = new Waiting(order);
        if (!queue.TryAdd(waiting))
        {
            meter.Refuse(ExecutionRefusals.TooManyWaiting.Code);
            throw new Refused(ExecutionRefusals.TooManyWaiting);
        }

        // Also for somebody who leaves meanwhile: what is waiting is recorded.
        var result = await waiting.Done.Task;
        return result.Refusal is null ? result : throw result.Refusal;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        meter.Watch(() => queue.Count);
        await using var stopping = stoppingToken.Register(() =>
        {
            foreach (var waiting in queue.Stop())
            {
                waiting.Done.TrySetCanceled(CancellationToken.None);
            }
        });
        await Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private Page Decide(List<Waiting> requests)
    {
        RecordingOrder[] orders = [.. requests.Select(waiting => waiting.Order)];
        try
        {
            return new(requests, book.Decide(orders, inOrder: false));
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "Deciding {Count} executions from memory failed; they are read instead", requests.Count);
            return new(requests, DecidedPage.Undecided(orders));
        }
    }

    private void Write()
    {
        using var db = book.Open();
        while (queue.Next() is { } page)
        {
            try
            {
                var results = book.Record(db, page.Decided);
                Answer(page.Requests.Zip(results), item => item.First.Done.TrySetResult(item.Second));
            }
            catch (Exception exception)
            {
                Fail(page.Requests, exception);
            }
        }
    }

    private void Fail(List<Waiting> requests, Exception exception)
    {
        logger.LogError(exception, "Recording {Count} executions failed", requests.Count);
        Answer(requests, waiting => waiting.Done.TrySetException(exception));
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

    private sealed record Page(List<Waiting> Requests, DecidedPage Decided);
}
