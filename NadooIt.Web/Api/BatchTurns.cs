namespace NadooIt.Web.Api;

/// <summary>
/// Lets a few batches at a time be taken apart, recorded and put together as answers, as many as the book records at once. The others
/// wait as the bytes that came in, which are a small part of what becomes of them.
/// </summary>
internal sealed class BatchTurns : IDisposable
{
    private const int AtOnce = 4;

    private readonly SemaphoreSlim free = new(AtOnce);

    /// <summary>Waits for a turn, which ends when it is disposed of.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        return new Turn(free);
    }

    /// <inheritdoc/>
    public void Dispose() => free.Dispose();

    private sealed class Turn(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
