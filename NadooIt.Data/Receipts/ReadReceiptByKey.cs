using Microsoft.EntityFrameworkCore;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Receipts;

namespace NadooIt.Data.Receipts;

/// <summary>The signed receipt of one execution, for the API key that calls.</summary>
public sealed class ReadReceiptByKey(Access access, ReceiptKeyRing keys)
{
    /// <summary>Signs what is stored, with the key that signs today.</summary>
    /// <exception cref="Refused">There is no such execution that this key may see.</exception>
    public async Task<string> RunAsync(ExecutionId id, CancellationToken cancellationToken)
    {
        var ability = await VisibleExecutions.ReadsWithAsync(access, cancellationToken);
        await using var db = await access.OpenAsync(ability, cancellationToken);
        var key = await CallingKey.ReadAsync(db, access, cancellationToken);
        var execution = await db.VisibleTo(key, ability).AsNoTracking()
            .SingleOrDefaultAsync(candidate => candidate.Id == id, cancellationToken)
            ?? throw new Refused(ExecutionRefusals.NotFound);
        return Receipt.Sign(execution, await keys.CurrentAsync(cancellationToken), key.IsTest);
    }
}
