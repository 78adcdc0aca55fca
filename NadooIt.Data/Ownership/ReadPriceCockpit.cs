using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Ownership;

/// <summary>What a customer program costs from here on: the ladder ahead, and the price of the next runs.</summary>
public sealed class ReadPriceCockpit(Access access, TimeProvider clock)
{
    /// <summary>What is asked.</summary>
    /// <param name="CustomerProgram">The customer program.</param>
    /// <param name="Runs">How many runs ahead.</param>
    /// <param name="PerRun">Seconds that each saves; null for the program's own value.</param>
    public sealed record Input(CustomerProgramId CustomerProgram, int Runs, Seconds? PerRun);

    /// <summary>The answer.</summary>
    /// <param name="Ladder">The ladder ahead; null with a fixed price.</param>
    /// <param name="Pace">How fast time was saved lately.</param>
    /// <param name="Forecast">The next runs; null when neither the question nor the program says how much a run saves.</param>
    public sealed record Output(LadderOutlook? Ladder, Pace Pace, CostForecast? Forecast);

    /// <summary>Computes.</summary>
    /// <exception cref="Refused">Unknown, out of reach, or a number is out of range.</exception>
    public async Task<Output> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewCustomerPrograms, cancellationToken);
        var program = await db.CustomerPrograms.AsNoTracking().Include(found => found.TimeAccounts)
            .SingleOrDefaultAsync(found => found.Id == input.CustomerProgram, cancellationToken)
            ?? throw new Refused(OwnershipRefusals.NotFound);
        var saved = await db.CustomerProgramProgress.Where(progress => progress.CustomerProgramId == program.Id)
            .Select(progress => progress.Saved).SingleAsync(cancellationToken);
        var today = BusinessTime.DayOf(clock.GetUtcNow());
        var pace = await PaceAsync(db, program, today, cancellationToken);
        var perRun = input.PerRun ?? program.SavedPerExecution;
        return new(
            program.PriceMode == PriceMode.Dynamic ? LadderOutlook.Of(saved, pace, today) : null,
            pace,
            perRun == Seconds.Zero && input.PerRun is null ? null
                : CostForecast.Of(input.Runs, perRun, program.Terms, saved, await AvailableAsync(db, program, cancellationToken)));
    }

    /// <summary>The same executions count that count for the ladder: paid and unpaid ones, and what orders and complaints hold.</summary>
    private static async Task<Pace> PaceAsync(NadooItDb db, CustomerProgram program, DateOnly today, CancellationToken cancellationToken)
    {
        var first = Pace.FirstDay(today, BusinessTime.DayOf(program.CreatedAt));
        var saved = await db.ExecutionDays
            .Where(day => day.CustomerId == program.CustomerId && day.CustomerProgramId == program.Id && day.Day >= first && day.Day <= today
                && (day.Status == ExecutionStatus.NotPaid || day.Status == ExecutionStatus.Paid || day.Status == ExecutionStatus.Held || day.Status == ExecutionStatus.Disputed))
            .Select(day => day.Saved).ToListAsync(cancellationToken);
        return new(saved.Aggregate(Seconds.Zero, (sum, seconds) => sum + seconds), today.DayNumber - first.DayNumber + 1);
    }

    private static async Task<IReadOnlyList<Seconds>> AvailableAsync(NadooItDb db, CustomerProgram program, CancellationToken cancellationToken)
    {
        var ids = program.TimeAccounts.Select(drawn => new LedgerAccountId(drawn.TimeAccountId.Value)).ToList();
        var accounts = await db.LedgerAccounts.AsNoTracking().Where(account => ids.Contains(account.Id))
            .ToDictionaryAsync(account => account.Id, cancellationToken);
        return [.. program.TimeAccounts.OrderBy(drawn => drawn.Position).Select(drawn => new Seconds(accounts[new(drawn.TimeAccountId.Value)].Available))];
    }
}
