using NadooIt.Data.Kernel;

namespace NadooIt.Web.Api;

/// <summary>
/// Lets a few batches at a time be taken apart, recorded and put together as answers, as many as the book records at once. The others
/// wait as the bytes that came in, which are a small part of what becomes of them. Whoever tries something out has turns of his own, and
/// takes none from those who work.
/// </summary>
internal sealed class BatchTurns : IDisposable
{
    private readonly SemaphoreSlim live = new(NadooItDatabase.MostBatches);
    private readonly SemaphoreSlim test = new(NadooItDatabase.MostBatches);

    /// <summary>Waits for a turn, which ends when it is disposed of.</summary>
    public async Task<IDisposable> TakeAsync(bool isTest, CancellationToken cancellationToken)
    {
        var free = isTest ? test : live;
        await free.WaitAsync(cancellationToken);
        return new Turn(free);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        live.Dispose();
        test.Dispose();
    }

    private sealed class Turn(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
