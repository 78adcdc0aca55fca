using Microsoft.EntityFrameworkCore;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Orders;

namespace NadooIt.Data.Orders;

/// <summary>The orders of the customer programs that the calling API key reaches, newest first, one part after the other.</summary>
public sealed class ListOrdersByKey(Access access)
{
    /// <summary>Which orders.</summary>
    /// <param name="CustomerProgram">Only of this customer program; null for all.</param>
    /// <param name="Reference">Only with this order reference; null for all.</param>
    /// <param name="Status">Only those that stand so; null for all.</param>
    /// <param name="Limit">Most rows, 1 to 200.</param>
    /// <param name="After">The order with which the part before ended; null to begin with the newest.</param>
    public sealed record Input(CustomerProgramId? CustomerProgram, string? Reference, OrderStatus? Status, int Limit, OrderId? After);

    /// <summary>A part of the list.</summary>
    /// <param name="Rows">The orders.</param>
    /// <param name="Next">After which order the next part begins; null at the end.</param>
    public sealed record Part(IReadOnlyList<OrderFacts> Rows, OrderId? Next);

    /// <summary>Lists.</summary>
    public async Task<Part> RunAsync(Input input, CancellationToken cancellationToken)
    {
        var ability = await VisibleExecutions.ReadsWithAsync(access, cancellationToken);
        await using var db = await access.OpenAsync(ability, cancellationToken);
        var key = await CallingKey.ReadAsync(db, access, cancellationToken);
        var (programs, id) = (key.CustomerPrograms, key.Id);
        var orders = db.ExecutionOrders.Within(programs)
            // As with executions: a key that only runs programs sees what it recorded.
            .Where(order => ability == Ability.ViewExecutions || db.Executions.Any(execution => execution.OrderId == order.Id && execution.ApiKeyId == id))
            .Where(order => input.CustomerProgram == null || order.CustomerProgramId == input.CustomerProgram)
            .Where(order => input.Reference == null || order.Reference == input.Reference)
            .Where(order => input.Status == null || order.Status == input.Status);
        if (input.After is { } after)
        {
            orders = orders.Where(order => EF.Functions.LessThan(ValueTuple.Create(order.Id), ValueTuple.Create(after)));
        }

        var rows = await orders.AsNoTracking().OrderByDescending(order => order.Id).Take(input.Limit + 1).ToListAsync(cancellationToken);
        var part = rows.Take(input.Limit).ToList();
        return new(await db.FactsAsync(part, cancellationToken), rows.Count > input.Limit ? part[^1].Id : null);
    }
}
