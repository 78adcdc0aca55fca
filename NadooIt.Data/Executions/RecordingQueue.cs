namespace NadooIt.Data.Executions;

/// <summary>
/// Where requests wait until their page is decided, and a decided page for the thread that has the database write it. While the
/// database works for one page the next one is gathered, and whoever brings the last request of it decides it; when the database has
/// nothing to do, the thread that writes decides what waits. So nobody has to be woken to decide.
/// </summary>
/// <remarks>
/// A page takes at most half of those who wait or are being written, so that two halves take turns. Otherwise all who ask again at
/// once would end up in one page: then the database waits for them, and they for the database. Nobody spins: a core that waits is one less.
/// </remarks>
/// <typeparam name="TRequest">What waits.</typeparam>
/// <typeparam name="TPage">What was decided of it.</typeparam>
/// <param name="mostWaiting">Most requests that wait at one time.</param>
/// <param name="mostTogether">Most requests of one page.</param>
/// <param name="decide">Decides a page; never called for two pages at once, and in the order in which they are written. It must not throw.</param>
internal sealed class RecordingQueue<TRequest, TPage>(int mostWaiting, int mostTogether, Func<List<TRequest>, TPage> decide)
    where TPage : class
{
    /// <summary>Fewer are not worth a page of their own.</summary>
    private const int FewTogether = 12;

    private readonly object gate = new();
    private readonly Queue<TRequest> waiting = new();
    private TPage? decided;
    private int decidedCount;
    private int atWork;
    private bool isDeciding;
    private bool isStopped;

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

    /// <summary>
    /// Lets a request wait; false where too many do, or nobody takes any more. Where as many wait now as the database was given last,
    /// who are the ones who ask again, the caller decides their page before this returns.
    /// </summary>
    public bool TryAdd(TRequest request)
    {
        List<TRequest> page;
        lock (gate)
        {
            if (isStopped || waiting.Count >= mostWaiting)
            {
                return false;
            }

            waiting.Enqueue(request);
            if (isDeciding || decided is not null)
            {
                return true;
            }

            if (atWork == 0)
            {
                Monitor.Pulse(gate);
                return true;
            }

            if (waiting.Count < atWork)
            {
                return true;
            }

            page = Take();
        }

        Keep(decide(page), page.Count);
        return true;
    }

    /// <summary>
    /// Says that the last page is written, and waits for the next one: the one that is decided, or what waits, which is decided here.
    /// Null when there will be none.
    /// </summary>
    public TPage? Next()
    {
        List<TRequest> page;
        lock (gate)
        {
            atWork = 0;
            while (decided is null && (isDeciding || waiting.Count == 0))
            {
                if (isStopped && !isDeciding)
                {
                    return null;
                }

                Monitor.Wait(gate);
            }

            if (decided is not null)
            {
                return Give();
            }

            page = Take();
        }

        var own = decide(page);
        lock (gate)
        {
            (decided, decidedCount, isDeciding) = (own, page.Count, false);
            return Give();
        }
    }

    /// <summary>Nothing is taken any more; returns what still waits. What was taken is still decided and written.</summary>
    public IReadOnlyList<TRequest> Stop()
    {
        lock (gate)
        {
            isStopped = true;
            Monitor.Pulse(gate);
            TRequest[] left = [.. waiting];
            waiting.Clear();
            return left;
        }
    }

    private List<TRequest> Take()
    {
        isDeciding = true;
        var most = Math.Clamp((waiting.Count + atWork + 1) / 2, FewTogether, mostTogether);
        var taken = new List<TRequest>(Math.Min(most, waiting.Count));
        while (taken.Count < most && waiting.TryDequeue(out var request))
        {
            taken.Add(request);
        }

        return taken;
    }

    private void Keep(TPage page, int count)
    {
        lock (gate)
        {
            (decided, decidedCount, isDeciding) = (page, count, false);
            Monitor.Pulse(gate);
        }
    }

    private TPage Give()
    {
        var page = decided!;
        (decided, atWork) = (null, decidedCount);
        return page;
    }
}
