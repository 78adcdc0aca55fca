using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Budgets;

/// <summary>Ends a budget: it neither stops nor warns any more.</summary>
public sealed class EndBudget(Access access, TimeProvider clock)
{
    /// <summary>Ends it; once more changes nothing.</summary>
    /// <exception cref="Refused">Unknown, or out of reach.</exception>
    public async Task RunAsync(BudgetId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateCustomerPrograms, cancellationToken);
        var budget = await db.Budgets.SingleOrDefaultAsync(found => found.Id == id, cancellationToken) ?? throw new Refused(CommonRefusals.NotFound);
        budget.End(access.Caller.Person, clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
    }
}
