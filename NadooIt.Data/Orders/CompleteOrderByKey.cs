using Microsoft.EntityFrameworkCore;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Orders;

namespace NadooIt.Data.Orders;

/// <summary>Completes an order for the API key that calls, by the same rules: whoever may run a program says when its order is done.</summary>
public sealed class CompleteOrderByKey(Access access, TimeProvider clock)
{
    /// <summary>Completes it and returns it as it stands then.</summary>
    /// <exception cref="Refused">Not within the key's reach, completed or cancelled already, or the note is too long.</exception>
    public async Task<OrderFacts> RunAsync(OrderId id, string? note, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.RunPrograms, cancellationToken);
        var why = Act.ReasonOf(note, isNeeded: false);
        await db.RequireOrderOfKeyAsync(access, id, cancellationToken);
        var order = await db.DecideAsync(access, id, Ability.RunPrograms, isCompletion: true, clock.GetUtcNow(), why, cancellationToken);
        return (await db.FactsAsync([order], cancellationToken))[0];
    }
}

/// <summary>Which orders an API key reaches.</summary>
internal static class OrdersOfKey
{
    /// <summary>Those of the customer programs it is limited to.</summary>
    /// <exception cref="Refused">The order is not among them.</exception>
    public static async Task RequireOrderOfKeyAsync(this NadooItDb db, Access access, OrderId id, CancellationToken cancellationToken)
    {
        var key = await CallingKey.ReadAsync(db, access, cancellationToken);
        if (!await db.ExecutionOrders.Within(key.CustomerPrograms).AnyAsync(order => order.Id == id, cancellationToken))
        {
            throw new Refused(OrderRefusals.NotFound);
        }
    }

    /// <summary>Orders of some customer programs; of all when none is named.</summary>
    public static IQueryable<ExecutionOrder> Within(this IQueryable<ExecutionOrder> orders, CustomerProgramId[] programs) =>
        orders.Where(order => programs.Length == 0 || programs.Contains(order.CustomerProgramId));
}
