namespace NadooIt.Data.Executions;

/// <summary>
/// Where requests wait between those who ask, the thread that decides pages, and the thread that has the database write them.
/// While the database works for one page, the next one is gathered and decided.
/// </summary>
/// <remarks>
/// A page takes at most half of those who wait or are being written, so that two halves take turns. Otherwise all who ask again at
/// once would end up in one page: then the database waits for them, and they for the database. Nobody spins: a core that waits is one less.
/// </remarks>
/// <typeparam name="TRequest">What waits.</typeparam>
/// <typeparam name="TPage">What was decided of it.</typeparam>
/// <param name="mostWaiting">Most requests that wait at one time.</param>
/// <param name="mostTogether">Most requests of one page.</param>
internal sealed class RecordingQueue<TRequest, TPage>(int mostWaiting, int mostTogether)
    where TPage : class
{
    /// <summary>Fewer are not worth a page of their own.</summary>
    private const int FewTogether = 12;

    private readonly object gate = new();
    private readonly Queue<TRequest> waiting = new();
    private TPage? decided;
    private int decidedCount;
    private int atWork;
    private int wanted;
    private bool isStopped;
    private bool isDecided;

    /// <summary>How many requests wait.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return waiting.Count;
            }
        }
    }

    /// <summary>Lets a request wait; false where too many do, or nobody takes any more.</summary>
    public bool TryAdd(TRequest request)
    {
        lock (gate)
        {
            if (isStopped || waiting.Count >= mostWaiting)
            {
                return false;
            }

            waiting.Enqueue(request);
            if (waiting.Count == wanted)
            {
                Monitor.PulseAll(gate);
            }

            return true;
        }
    }

    /// <summary>
    /// Waits for requests and takes those of the next page: at once where the database has nothing to do, and otherwise as soon as as
    /// many wait as it was given last, since these are the ones who ask again. Null when it was stopped.
    /// </summary>
    public List<TRequest>? Take()
    {
        lock (gate)
        {
            wanted = 1;
            while (waiting.Count == 0 && !isStopped)
            {
                Monitor.Wait(gate);
            }

            wanted = atWork;
            while (waiting.Count < wanted && atWork > 0 && !isStopped)
            {
                Monitor.Wait(gate);
            }

            wanted = 0;
            if (isStopped)
            {
                return null;
            }

            var most = Math.Clamp((waiting.Count + atWork + 1) / 2, FewTogether, mostTogether);
            var taken = new List<TRequest>(Math.Min(most, waiting.Count));
            while (taken.Count < most && waiting.TryDequeue(out var request))
            {
                taken.Add(request);
            }

            return taken;
        }
    }

    /// <summary>Gives a page to the thread that writes, and returns once that has taken it.</summary>
    public void Give(TPage page, int count)
    {
        lock (gate)
        {
            (decided, decidedCount) = (page, count);
            Monitor.PulseAll(gate);
            while (decided is not null)
            {
                Monitor.Wait(gate);
            }
        }
    }

    /// <summary>Says that the last page is written, and waits for the next one; null when there will be none.</summary>
    public TPage? TakePage()
    {
        lock (gate)
        {
            if (decided is null && atWork > 0)
            {
                atWork = 0;
                Monitor.PulseAll(gate);
            }

            while (decided is null && !isDecided)
            {
                Monitor.Wait(gate);
            }

            var page = decided;
            (decided, atWork) = (null, decidedCount);
            Monitor.PulseAll(gate);
            return page;
        }
    }

    /// <summary>Nothing is taken any more; returns what still waits. What was taken is still decided and written.</summary>
    public IReadOnlyList<TRequest> Stop()
    {
        lock (gate)
        {
            isStopped = true;
            Monitor.PulseAll(gate);
            TRequest[] left = [.. waiting];
            waiting.Clear();
            return left;
        }
    }

    /// <summary>Says that no page will be given any more.</summary>
    public void EndPages()
    {
        lock (gate)
        {
            isDecided = true;
            Monitor.PulseAll(gate);
        }
    }
}
