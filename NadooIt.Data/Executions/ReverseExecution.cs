using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>
/// Reverses an execution for which no money was paid: exactly the prepaid seconds go back to the time accounts they came
/// from, the open price is cancelled, and what it saved does not count for the ladder any more.
/// </summary>
public sealed class ReverseExecution(Access access, TimeProvider clock)
{
    /// <summary>Reverses it.</summary>
    /// <param name="id">The execution.</param>
    /// <param name="reason">Why, 1 to 500 characters.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="Refused">
    /// Unknown, paid, cancelled already or disputed, a time account is closed, no reason, or the key has to be touched first.
    /// </exception>
    public async Task RunAsync(ExecutionId id, string reason, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ReverseExecutions, cancellationToken);
        var why = Act.ReasonOf(reason, isNeeded: true);
        await db.RequireFreshTouchAsync(access.Caller, clock.GetUtcNow(), cancellationToken);
        await ReverseAsync(db, access, id, why, clock, cancellationToken);
    }

    internal static async Task<Execution> ReverseAsync(NadooItDb db, Access access, ExecutionId id, string? why, TimeProvider clock, CancellationToken cancellationToken)
    {
        var grants = db.Fence.Grants;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var book = await StatusBook.OpenAsync(db, [id], cancellationToken);
        var execution = book.Executions.SingleOrDefault() ?? throw new Refused(ExecutionRefusals.NotFound);
        book.Do(execution, booked => booked.Reverse(access.Under(grants, Ability.ReverseExecutions, execution.CustomerId, clock.GetUtcNow(), why)));
        await book.SaveAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return execution;
    }
}
