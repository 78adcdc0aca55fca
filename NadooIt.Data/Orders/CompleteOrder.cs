using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Orders;

/// <summary>Completes an open order: the prepaid seconds that were held are used, and the price that was held is open from now on.</summary>
public sealed class CompleteOrder(Access access, TimeProvider clock)
{
    /// <summary>Completes it.</summary>
    /// <param name="id">The order.</param>
    /// <param name="note">A note, up to 500 characters; null or blank for none.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="Refused">Unknown, completed or cancelled already, the note is too long, or the key has to be touched first.</exception>
    public async Task RunAsync(OrderId id, string? note, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateExecutions, cancellationToken);
        var why = Act.ReasonOf(note, isNeeded: false);
        await db.RequireFreshTouchAsync(access.Caller, clock.GetUtcNow(), cancellationToken);
        await db.DecideAsync(access, id, Ability.CreateExecutions, isCompletion: true, clock.GetUtcNow(), why, cancellationToken);
    }
}
