using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Receipts;

namespace NadooIt.Data.Receipts;

/// <summary>The signed receipt of one execution.</summary>
public sealed class ReadReceipt(Access access, ReceiptKeyRing keys)
{
    /// <summary>Signs what is stored, with the key that signs today.</summary>
    /// <exception cref="Refused">The execution is unknown or out of reach.</exception>
    public async Task<string> RunAsync(ExecutionId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        var execution = await db.Executions.AsNoTracking().SingleOrDefaultAsync(candidate => candidate.Id == id, cancellationToken)
            ?? throw new Refused(ExecutionRefusals.NotFound);
        return Receipt.Sign(execution, await keys.CurrentAsync(cancellationToken));
    }
}
