using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NadooIt.Data.Kernel;
using NadooIt.Data.Notices;
using NadooIt.Domain.Budgets;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Budgets;

/// <summary>
/// Compares what was used with the warning levels of budgets and tells people once for each level and month. It works from what
/// is stored: after a kill the next round finds what the last one did not tell. One node at a time does it, and recording never
/// waits for it.
/// </summary>
public sealed class BudgetWatch(NadooItDatabase database, TimeProvider clock, ILogger<BudgetWatch> logger) : BackgroundService
{
    private const long OneNodeAtATime = 0x4275_6467_6574_0001;
    private const int BudgetsAtATime = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    /// <summary>Goes over all budgets once.</summary>
    /// <returns>Whether it did; not while another one is at it.</returns>
    internal async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        await using var db = database.Create(Fence.System("watch the budgets"));
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.TryAdvisoryLockAsync(OneNodeAtATime, cancellationToken))
        {
            return false;
        }

        var present = DaySpan.MonthOf(BusinessTime.DayOf(clock.GetUtcNow()));
        // What was recorded in the last seconds of a month is seen in the next one.
        foreach (var month in new[] { present.AddMonths(-1), present })
        {
            var after = new BudgetId(Guid.Empty);
            while (await NextAsync(db, month, after, cancellationToken) is { Count: > 0 } budgets)
            {
                await CheckAsync(db, month, budgets, cancellationToken);
                await db.SaveChangesAsync(cancellationToken);
                db.ChangeTracker.Clear();
                after = budgets[^1].Budget.Id;
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await CheckAsync(stoppingToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    logger.LogWarning(exception, "The budgets could not be watched; trying again in {Pause}", Pause);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was not told is found at the next start.
        }
    }

    /// <summary>Budgets that count, in the order of their ids, with what was used of them in a month.</summary>
    private static Task<List<Watched>> NextAsync(NadooItDb db, DateOnly month, BudgetId after, CancellationToken cancellationToken) => (
        from budget in db.Budgets
        where budget.EndedAt == null
        where EF.Functions.GreaterThan(ValueTuple.Create(budget.Id), ValueTuple.Create(after))
        join customer in db.Customers on budget.CustomerId equals customer.Id
        orderby budget.Id
        select new Watched(
            budget,
            customer.Name,
            (from owned in db.CustomerPrograms
             join program in db.Programs on owned.ProgramId equals program.Id
             where owned.Id == budget.CustomerProgramId
             select program.Name).FirstOrDefault(),
            db.ExecutionMonths
                .Where(figures => figures.CustomerId == budget.CustomerId && figures.Month == month
                    && (budget.CustomerProgramId == null || figures.CustomerProgramId == budget.CustomerProgramId)
                    && figures.Status != ExecutionStatus.Reversed && figures.Status != ExecutionStatus.Refunded)
                .Sum(figures => figures.PriceMillionths))).AsNoTracking().Take(BudgetsAtATime).ToListAsync(cancellationToken);

    private async Task CheckAsync(NadooItDb db, DateOnly month, List<Watched> budgets, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var ids = budgets.Select(watched => watched.Budget.Id).ToList();
        var before = (await db.BudgetWarnings.AsNoTracking().Where(warning => ids.Contains(warning.BudgetId) && warning.Month == month)
            .Select(warning => new { warning.BudgetId, warning.Level }).ToListAsync(cancellationToken)).ToLookup(warning => warning.BudgetId, warning => warning.Level);
        // A budget does not look back at months before it was set.
        foreach (var (budget, customer, program, used) in budgets.Where(watched => month >= DaySpan.MonthOf(BusinessTime.DayOf(watched.Budget.SetAt))))
        {
            var due = BudgetWarning.Due(budget, month, Money.FromMillionths(used), [.. before[budget.Id]], now);
            db.AddRange(due);
            if (due is [.., var highest])
            {
                await db.TellHoldersAsync(
                    Ability.ViewCustomerPrograms, budget.CustomerId, NoticeKind.BudgetReached, budget.CustomerProgramId?.Value,
                    [
                        program ?? "", customer, Invariant(highest.Level), Invariant(used), Invariant(budget.MonthlyLimit.Millionths),
                        month.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), budget.IsHardStop ? "stop" : "",
                    ],
                    now, cancellationToken);
            }
        }
    }

    private static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Watched(Budget Budget, string Customer, string? Program, long Used);
}
