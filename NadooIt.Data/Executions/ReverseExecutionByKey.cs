using Microsoft.EntityFrameworkCore;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>Reverses an execution for the API key that calls, by the same rules; a key is its own proof and touches nothing.</summary>
public sealed class ReverseExecutionByKey(Access access, TimeProvider clock)
{
    /// <summary>Reverses it and returns it as it stands then.</summary>
    /// <exception cref="Refused">Not within the key's reach, paid, cancelled already or disputed, a time account is closed, or no reason.</exception>
    public async Task<ExecutionFacts> RunAsync(ExecutionId id, string reason, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ReverseExecutions, cancellationToken);
        var why = Act.ReasonOf(reason, isNeeded: true);
        var key = await CallingKey.ReadAsync(db, access, cancellationToken);
        // With the ability a key reverses whatever of its customer it is not kept from by its list of programs.
        return await db.VisibleTo(key, Ability.ViewExecutions).AnyAsync(execution => execution.Id == id, cancellationToken)
            ? ExecutionFacts.Of(await ReverseExecution.ReverseAsync(db, access, id, why, clock, cancellationToken))
            : throw new Refused(ExecutionRefusals.NotFound);
    }
}
