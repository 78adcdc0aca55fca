using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>
/// Refunds a paid execution: exactly the prepaid seconds go back to the time accounts they came from, and the money is
/// owed to the customer from then on.
/// </summary>
public sealed class RefundExecution(Access access, TimeProvider clock)
{
    /// <summary>Refunds it.</summary>
    /// <param name="id">The execution.</param>
    /// <param name="reason">Why, 1 to 500 characters.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="Refused">
    /// Unknown, not paid, cancelled already or disputed, a time account is closed, no reason, or the key has to be touched first.
    /// </exception>
    public async Task RunAsync(ExecutionId id, string reason, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.MarkPayments, cancellationToken);
        var why = Act.ReasonOf(reason, isNeeded: true);
        await db.RequireFreshTouchAsync(access.Caller, clock.GetUtcNow(), cancellationToken);
        var grants = db.Fence.Grants;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var book = await StatusBook.OpenAsync(db, [id], cancellationToken);
        var execution = book.Executions.SingleOrDefault() ?? throw new Refused(ExecutionRefusals.NotFound);
        book.Do(execution, booked => booked.Refund(access.Under(grants, Ability.MarkPayments, execution.CustomerId, clock.GetUtcNow(), why)));
        await book.SaveAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
