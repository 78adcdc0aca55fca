using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Orders;

/// <summary>Cancels an order for the API key that calls, by the same rules; a key is its own proof and touches nothing.</summary>
public sealed class CancelOrderByKey(Access access, TimeProvider clock)
{
    /// <summary>Cancels it and returns it as it stands then.</summary>
    /// <exception cref="Refused">Not within the key's reach, completed or cancelled already, or no reason.</exception>
    public async Task<OrderFacts> RunAsync(OrderId id, string reason, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ReverseExecutions, cancellationToken);
        var why = Act.ReasonOf(reason, isNeeded: true);
        await db.RequireOrderOfKeyAsync(access, id, cancellationToken);
        var order = await db.DecideAsync(access, id, Ability.ReverseExecutions, isCompletion: false, clock.GetUtcNow(), why, cancellationToken);
        return (await db.FactsAsync([order], cancellationToken))[0];
    }
}
