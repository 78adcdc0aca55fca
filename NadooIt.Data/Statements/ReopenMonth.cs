using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Statements;

namespace NadooIt.Data.Statements;

/// <summary>Opens a closed month again: what ran in it is recorded again.</summary>
public sealed class ReopenMonth(Access access, TimeProvider clock)
{
    /// <summary>Opens it for one customer, or for all for whom it is closed.</summary>
    /// <returns>For how many customers.</returns>
    /// <exception cref="Refused">Unknown, not closed, or the reason is missing.</exception>
    public Task<int> RunAsync(ClosingInput input, CancellationToken cancellationToken) =>
        access.EnterAsync(input, clock.GetUtcNow(), ClosingRecord.Reopen, cancellationToken);
}
