using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Budgets;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Budgets;

/// <summary>Sets what a customer or a customer program may cost in each month, from now on; what counted before is ended.</summary>
public sealed class SetBudget(Access access, TimeProvider clock)
{
    /// <summary>The budget.</summary>
    /// <param name="Customer">The customer.</param>
    /// <param name="Program">One of its customer programs; null for all of them together.</param>
    /// <param name="Limit">Euro in each calendar month, above 0, with at most six decimals.</param>
    /// <param name="WarnAt">Percent of the limit, each 1 to 100, at most five.</param>
    /// <param name="IsHardStop">Whether an execution that would pass the limit is refused.</param>
    public sealed record Input(CustomerId Customer, CustomerProgramId? Program, decimal Limit, IReadOnlyList<int> WarnAt, bool IsHardStop);

    /// <summary>Sets it; the same once more changes nothing.</summary>
    /// <exception cref="Refused">Unknown, or a value is out of range.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateCustomerPrograms, cancellationToken);
        var terms = BudgetTerms.Of(input.Limit, input.WarnAt, input.IsHardStop);
        if (!await db.Customers.AnyAsync(customer => customer.Id == input.Customer, cancellationToken))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        var programs = await db.CustomerPrograms
            .Where(program => program.CustomerId == input.Customer && (input.Program == null || program.Id == input.Program))
            .Select(program => program.Id).ToListAsync(cancellationToken);
        if (input.Program is not null && programs.Count == 0)
        {
            throw new Refused(OwnershipRefusals.NotFound);
        }

        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // One at a time, and what is being recorded is finished before.
        await db.AdvisoryLockAsync(BudgetLocks.Of(input.Customer), cancellationToken);
        await db.LockProgressAsync(programs, cancellationToken);
        var before = await db.Budgets.SingleOrDefaultAsync(
            budget => budget.CustomerId == input.Customer && budget.CustomerProgramId == input.Program && budget.EndedAt == null, cancellationToken);
        if (before is not null && before.MonthlyLimit == terms.Limit && before.IsHardStop == terms.IsHardStop && before.WarnAt.SequenceEqual(terms.WarnAt))
        {
            return;
        }

        before?.End(access.Caller.Person, now);
        // First the end of the one, then the other: there is never more than one.
        await db.SaveChangesAsync(cancellationToken);
        db.Add(Budget.Set(input.Customer, input.Program, terms, access.Caller.Person, now));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}

/// <summary>Keys of advisory locks.</summary>
internal static class BudgetLocks
{
    /// <summary>Budgets of one customer: at most one counts for each thing.</summary>
    public static long Of(CustomerId customer) => BitConverter.ToInt64(customer.Value.ToByteArray(), 8) ^ 0x4255_4447_4554;
}
