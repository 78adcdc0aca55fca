using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Orders;

namespace NadooIt.Data.Orders;

/// <summary>
/// Decides an order under the lock that recording takes: an execution that is being recorded is finished before, and of two
/// people who decide at once the second finds what the first decided.
/// </summary>
internal static class OrderBook
{
    /// <summary>Completes or cancels.</summary>
    /// <param name="db">A context behind the door.</param>
    /// <param name="access">The caller.</param>
    /// <param name="id">The order.</param>
    /// <param name="ability">The ability that is exercised.</param>
    /// <param name="isCompletion">Whether it is completed; else it is cancelled.</param>
    /// <param name="now">When.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="Refused">Unknown, decided already, or a complaint holds the charge.</exception>
    public static async Task<ExecutionOrder> DecideAsync(
        this NadooItDb db, Access access, OrderId id, Ability ability, bool isCompletion, DateTimeOffset now, string? reason, CancellationToken cancellationToken)
    {
        var grants = db.Fence.Grants;
        var program = await db.ExecutionOrders.Where(order => order.Id == id).Select(order => (CustomerProgramId?)order.CustomerProgramId).SingleOrDefaultAsync(cancellationToken)
            ?? throw new Refused(OrderRefusals.NotFound);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.LockProgressAsync([program], cancellationToken);
        var order = await db.ExecutionOrders.SingleAsync(found => found.Id == id, cancellationToken);
        var act = access.Under(grants, ability, order.CustomerId, now, reason);
        if (isCompletion)
        {
            order.Complete(act);
        }
        else
        {
            order.Cancel(act);
        }

        if (order.ChargedExecutionId is { } charged)
        {
            var book = await StatusBook.OpenAsync(db, [charged], cancellationToken);
            book.Do(book.Executions.Single(), booked => isCompletion ? booked.Complete(act) : booked.Reverse(act));
            await book.SaveAsync(cancellationToken);
        }
        else
        {
            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return order;
    }

    /// <summary>Orders with what is held for them, or was charged or let go, in the order given.</summary>
    public static async Task<IReadOnlyList<OrderFacts>> FactsAsync(this NadooItDb db, IReadOnlyList<ExecutionOrder> orders, CancellationToken cancellationToken)
    {
        var ids = orders.Select(order => order.Id).ToList();
        var sums = await db.Executions.Where(execution => execution.OrderId != null && ids.Contains(execution.OrderId.Value))
            .GroupBy(execution => execution.OrderId)
            .Select(group => new { group.Key, Count = group.LongCount(), Saved = group.Sum(execution => (long)(object)execution.Saved) })
            .ToListAsync(cancellationToken);
        var ofOrder = sums.ToDictionary(sum => sum.Key!.Value);
        var charged = orders.Select(order => order.ChargedExecutionId).OfType<ExecutionId>().ToList();
        var charges = await db.Executions.Where(execution => charged.Contains(execution.Id))
            .Select(execution => new OrderCharge(execution.Id, execution.Prepaid, execution.Price)).ToDictionaryAsync(charge => charge.Execution, cancellationToken);
        return
        [
            .. from order in orders
               let sum = ofOrder.GetValueOrDefault(order.Id)
               select new OrderFacts(
                   order, sum?.Count ?? 0, new(sum?.Saved ?? 0), order.ChargedExecutionId is { } charge ? charges.GetValueOrDefault(charge) : null),
        ];
    }
}

/// <summary>An order with its executions.</summary>
/// <param name="Order">The order.</param>
/// <param name="Executions">How many executions it has.</param>
/// <param name="Saved">Seconds that they saved together.</param>
/// <param name="Charge">What is held, was charged or was let go; null when the charged execution was reversed by itself.</param>
public sealed record OrderFacts(ExecutionOrder Order, long Executions, Seconds Saved, OrderCharge? Charge);

/// <summary>The charge of an order.</summary>
/// <param name="Execution">The execution that is charged for all.</param>
/// <param name="Prepaid">Prepaid seconds.</param>
/// <param name="Price">Euro.</param>
public sealed record OrderCharge(ExecutionId Execution, Seconds Prepaid, Money Price);
