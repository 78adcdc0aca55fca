using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Executions;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Ownership;
using NadooIt.Domain.People;
using NadooIt.Domain.TimeAccounts;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Executions;

/// <summary>A customer with somebody who records and reverses executions there, and short ways to do and to look.</summary>
internal sealed class ExecutionStory(TestDatabase database, CustomerId customer, Person recorder)
{
    private int number;

    public TestDatabase Database => database;

    public CustomerId Customer => customer;

    public Person Recorder => recorder;

    public static async Task<ExecutionStory> BeginAsync(TestDatabase database)
    {
        var customer = await database.Landscape.CustomerAsync();
        return new(database, customer.Id, await database.Landscape.EmployeeAsync(customer.Id, Ability.CreateExecutions, Ability.ReverseExecutions));
    }

    /// <summary>Records by hand, as the story's recorder.</summary>
    public async Task<Execution> RecordAsync(
        CustomerProgramId program, long? saved = null, DateTimeOffset? occurredAt = null, string? reference = null, string? order = null)
    {
        var result = await database.As<RecordExecution>(recorder.Id).RunAsync(
            new(program, reference ?? $"run-{++number}", saved, occurredAt, order), CancellationToken.None);
        await using var db = database.Open();
        return await db.Executions.AsNoTracking().SingleAsync(execution => execution.Id == result.Id);
    }

    public async Task<Refusal> RefusedAsync(CustomerProgramId program, long? saved, DateTimeOffset? occurredAt = null, string? reference = null)
    {
        var refused = await Should.ThrowAsync<Refused>(() => RecordAsync(program, saved, occurredAt, reference));
        return refused.Refusal;
    }

    public Task<CustomerProgram> ProgramAsync(decimal? fixedPrice = 0.01m, long savedPerExecution = 60, params TimeAccountId[] accounts) =>
        database.Landscape.CustomerProgramAsync(customer, fixedPrice, savedPerExecution, accounts);

    public Task<TimeAccount> AccountAsync(long seconds = 0, long overdraft = 0) => database.Landscape.TimeAccountAsync(customer, seconds, overdraft);

    /// <summary>An API key of the recorder that may run programs.</summary>
    public async Task<ApiKeyId> KeyAsync()
    {
        await using var db = database.Open();
        var key = ApiKey.Create(customer, recorder.Id, new("Test", [Ability.RunPrograms], [], null), ApiKeySecret.Create(), recorder.Id, database.Clock.GetUtcNow());
        db.Add(key);
        await db.SaveChangesAsync();
        return key.Id;
    }

    public async Task<long> BalanceAsync(TimeAccount account)
    {
        await using var db = database.Open();
        return await db.LedgerAccounts.Where(ledger => ledger.Id == account.LedgerAccountId).Select(ledger => ledger.Balance).SingleAsync();
    }

    public Task<ListExecutions.Result> ListAsync(ExecutionFilter filter, Data.Kernel.PageRequest? page = null) =>
        database.As<ListExecutions>(recorder.Id).RunAsync(new(filter, page ?? new()), CancellationToken.None);

    public Task<SumExecutions.Result> SumAsync(ExecutionFilter filter) => database.As<SumExecutions>(recorder.Id).RunAsync(filter, CancellationToken.None);

    /// <summary>
    /// What must hold whatever happened: balances are the sums of their transfers, each chain fits without a gap, the
    /// daily figures are the sums of the executions, and the ladder stands where they put it.
    /// </summary>
    public async Task ShouldBeSoundAsync()
    {
        await using var db = database.Open();
        var executions = await db.Executions.AsNoTracking().Where(execution => execution.CustomerId == customer).ToListAsync();
        foreach (var account in await db.LedgerAccounts.AsNoTracking().Where(account => account.CustomerId == customer).ToListAsync())
        {
            var chain = await db.Transfers.AsNoTracking().Where(transfer => transfer.ChainAccountId == account.Id).OrderBy(transfer => transfer.ChainPosition).ToListAsync();
            chain.Select(transfer => transfer.ChainPosition).ShouldBe(Enumerable.Range(1, chain.Count).Select(position => (long)position));
            chain.Sum(transfer => transfer.SignedAmount).ShouldBe(account.Balance);
            var hash = new byte[TransferHash.Size];
            foreach (var transfer in chain)
            {
                transfer.Fits(hash).ShouldBeTrue();
                hash = transfer.Hash;
            }

            hash.ShouldBe(account.ChainHash);
        }

        (await db.ExecutionDays.AsNoTracking().Where(day => day.CustomerId == customer && day.Count != 0).ToListAsync())
            .GroupBy(day => (day.CustomerProgramId, day.Day, day.Status, day.PersonId)).ToDictionary(day => day.Key, Kept).ShouldBe(Summed(day => day), ignoreOrder: true);
        (await db.ExecutionMonths.AsNoTracking().Where(month => month.CustomerId == customer && month.Count != 0).ToListAsync())
            .GroupBy(month => (month.CustomerProgramId, month.Month, month.Status, month.PersonId)).ToDictionary(month => month.Key, Kept).ShouldBe(Summed(DaySpan.MonthOf), ignoreOrder: true);

        Dictionary<(CustomerProgramId, DateOnly, ExecutionStatus, PersonId), (long, long, long, long, long)> Summed(Func<DateOnly, DateOnly> startOf) => executions
            .GroupBy(execution => (execution.CustomerProgramId, startOf(BusinessTime.DayOf(execution.OccurredAt)), execution.Status, execution.PersonId)).ToDictionary(
                group => group.Key,
                group => (
                    (long)group.Count(), group.Sum(row => row.Saved.Value), group.Sum(row => row.Prepaid.Value), group.Sum(row => row.Billed.Value),
                    group.Sum(row => row.Price.Millionths)));

        // What is carried and what was put down are two rows, and neither may ever be less than nothing.
        static (long, long, long, long, long) Kept(IEnumerable<ExecutionFigures> rows)
        {
            var figures = rows.ToList();
            figures.ShouldAllBe(row => row.Count > 0);
            return (
                figures.Sum(row => row.Count), figures.Sum(row => row.Saved.Value), figures.Sum(row => row.Prepaid.Value), figures.Sum(row => row.Billed.Value),
                figures.Sum(row => row.PriceMillionths));
        }

        foreach (var progress in await db.CustomerProgramProgress.AsNoTracking().Where(progress => progress.CustomerId == customer).ToListAsync())
        {
            progress.Saved.Value.ShouldBe(executions
                .Where(row => row.CustomerProgramId == progress.CustomerProgramId && row.Status is not (ExecutionStatus.Reversed or ExecutionStatus.Refunded))
                .Sum(row => row.Saved.Value));
        }
    }
}
