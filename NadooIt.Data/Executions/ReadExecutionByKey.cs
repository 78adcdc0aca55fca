using Microsoft.EntityFrameworkCore;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>One execution, for the API key that calls.</summary>
public sealed class ReadExecutionByKey(Access access)
{
    /// <summary>Reads it as it stands now.</summary>
    /// <exception cref="Refused">There is none that this key may see.</exception>
    public async Task<ExecutionFacts> RunAsync(ExecutionId id, CancellationToken cancellationToken)
    {
        var ability = await VisibleExecutions.ReadsWithAsync(access, cancellationToken);
        await using var db = await access.OpenAsync(ability, cancellationToken);
        var key = await CallingKey.ReadAsync(db, access, cancellationToken);
        var execution = await db.VisibleTo(key, ability).AsNoTracking()
            .SingleOrDefaultAsync(candidate => candidate.Id == id, cancellationToken);
        return execution is null ? throw new Refused(ExecutionRefusals.NotFound) : ExecutionFacts.Of(execution);
    }
}
