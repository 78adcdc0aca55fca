using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Statements;

namespace NadooIt.Data.Statements;

/// <summary>Which month of whom, and why.</summary>
/// <param name="Customer">The customer; null for all that there are.</param>
/// <param name="Month">Any day of the month.</param>
/// <param name="Reason">Why, 1 to 500 characters.</param>
public sealed record ClosingInput(CustomerId? Customer, DateOnly Month, string Reason);

/// <summary>
/// Closes and opens months under the locks that recording takes: what was being recorded is finished before, what is
/// recorded afterwards sees the record.
/// </summary>
internal static class ClosingBook
{
    private const long OneAtATime = 0x4E41_444F_4F43_4C4F;

    /// <summary>Makes the next record of one customer, or of all whose month is not so already.</summary>
    /// <returns>For how many customers.</returns>
    public static async Task<int> EnterAsync(
        this Access access, ClosingInput input, DateTimeOffset now, Func<CustomerId, DateOnly, ClosingRecord?, Act, ClosingRecord> enter, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.MarkPayments, cancellationToken);
        var reason = Act.ReasonOf(input.Reason, isNeeded: true);
        var grants = db.Fence.Grants;
        var customers = await db.Customers.Where(customer => input.Customer == null || customer.Id == input.Customer)
            .OrderBy(customer => customer.Id).Select(customer => customer.Id).ToListAsync(cancellationToken);
        if (customers.Count == 0)
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.AdvisoryLockAsync(OneAtATime, cancellationToken);
        await db.LockProgressAsync(
            await db.CustomerPrograms.Where(program => input.Customer == null || program.CustomerId == input.Customer)
                .Select(program => program.Id).ToListAsync(cancellationToken),
            cancellationToken);
        var last = await db.LastOfMonth(DaySpan.MonthOf(input.Month)).AsNoTracking()
            .Where(record => customers.Contains(record.CustomerId)).ToDictionaryAsync(record => record.CustomerId, cancellationToken);
        var (count, refusal) = (0, (Refused?)null);
        foreach (var customer in customers)
        {
            try
            {
                db.Add(enter(customer, input.Month, last.GetValueOrDefault(customer), access.Under(grants, Ability.MarkPayments, customer, now, reason)));
                count++;
            }
            catch (Refused refused)
            {
                // Whoever is so already is left out, unless that is everybody.
                refusal = refused;
            }
        }

        if (count == 0)
        {
            throw refusal!;
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return count;
    }

    /// <summary>The records that count for a month, one for each customer that has any.</summary>
    public static IQueryable<ClosingRecord> LastOfMonth(this NadooItDb db, DateOnly month) => db.ClosingRecords.Where(record =>
        record.Month == month && !db.ClosingRecords.Any(later => later.CustomerId == record.CustomerId && later.Month == month && later.Number > record.Number));
}
