using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Orders;

/// <summary>Cancels an open order: what was held is let go, its charge is reversed, and it takes no more executions.</summary>
public sealed class CancelOrder(Access access, TimeProvider clock)
{
    /// <summary>Cancels it.</summary>
    /// <param name="id">The order.</param>
    /// <param name="reason">Why, 1 to 500 characters.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="Refused">Unknown, completed or cancelled already, no reason, or the key has to be touched first.</exception>
    public async Task RunAsync(OrderId id, string reason, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ReverseExecutions, cancellationToken);
        var why = Act.ReasonOf(reason, isNeeded: true);
        await db.RequireFreshTouchAsync(access.Caller, clock.GetUtcNow(), cancellationToken);
        await db.DecideAsync(access, id, Ability.ReverseExecutions, isCompletion: false, clock.GetUtcNow(), why, cancellationToken);
    }
}
