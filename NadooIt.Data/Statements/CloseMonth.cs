using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Statements;

namespace NadooIt.Data.Statements;

/// <summary>Closes a month that is over: what ran in it is not recorded any more.</summary>
public sealed class CloseMonth(Access access, TimeProvider clock)
{
    /// <summary>Closes it for one customer, or for all for whom it is not closed yet.</summary>
    /// <returns>For how many customers.</returns>
    /// <exception cref="Refused">Unknown, not over, closed already, or the reason is missing.</exception>
    public Task<int> RunAsync(ClosingInput input, CancellationToken cancellationToken) =>
        access.EnterAsync(input, clock.GetUtcNow(), ClosingRecord.Close, cancellationToken);
}
