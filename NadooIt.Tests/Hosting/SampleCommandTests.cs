using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Tests.Support;
using NadooIt.Web.Hosting;

namespace NadooIt.Tests.Hosting;

/// <summary>The command that fills an empty database, from its arguments to the file that it writes.</summary>
public sealed class SampleCommandTests(SampleCommandTests.Filled filled) : IClassFixture<SampleCommandTests.Filled>
{
    [Fact]
    public async Task It_makes_as_much_as_was_asked_for_and_marks_it_as_sample()
    {
        filled.ExitCode.ShouldBe(0);
        await using var db = filled.Open();

        (await db.Customers.CountAsync(customer => customer.IsOperator)).ShouldBe(1);
        var customers = await db.Customers.Where(customer => !customer.IsOperator).ToListAsync();
        customers.Count.ShouldBe(3);
        customers.ShouldAllBe(customer => customer.IsSample);
        (await db.People.CountAsync(person => person.IsSample)).ShouldBe(3);
        (await db.CustomerPrograms.CountAsync()).ShouldBe(9);
        (await db.Executions.CountAsync()).ShouldBe(300);
        (await db.Executions.GroupBy(execution => execution.CustomerId).Select(group => group.Count()).ToListAsync()).ShouldBe([100, 100, 100]);
    }

    [Fact]
    public async Task Every_daily_figure_is_the_sum_of_its_executions()
    {
        await using var db = filled.Open();
        var executions = await db.Executions.AsNoTracking().ToListAsync();
        var expected = executions
            .GroupBy(execution => (execution.CustomerId, Day: BusinessTime.DayOf(execution.OccurredAt), execution.CustomerProgramId, execution.Status))
            .ToDictionary(group => group.Key, Sums);
        var kept = (await db.ExecutionDays.AsNoTracking().ToListAsync()).GroupBy(day => (day.CustomerId, day.Day, day.CustomerProgramId, day.Status)).ToDictionary(
            day => day.Key,
            day => (day.Sum(row => row.Count), day.Sum(row => row.Saved.Value), day.Sum(row => row.Prepaid.Value), day.Sum(row => row.Billed.Value), day.Sum(row => row.PriceMillionths)));

        expected.Keys.Select(key => key.Day).Distinct().Count().ShouldBeGreaterThan(100, "a year of work, not one day");
        kept.ShouldBe(expected, ignoreOrder: true);
        (await db.ExecutionMonths.AsNoTracking().ToListAsync())
            .GroupBy(month => (month.CustomerId, month.Month, month.CustomerProgramId, month.Status))
            .ToDictionary(month => month.Key, month => (month.Sum(row => row.Count), month.Sum(row => row.PriceMillionths)))
            .ShouldBe(
                expected.GroupBy(day => (day.Key.CustomerId, DaySpan.MonthOf(day.Key.Day), day.Key.CustomerProgramId, day.Key.Status)).ToDictionary(
                    month => month.Key, month => (month.Sum(day => day.Value.Item1), month.Sum(day => day.Value.Item5))),
                ignoreOrder: true);
        foreach (var progress in await db.CustomerProgramProgress.ToListAsync())
        {
            progress.Saved.Value.ShouldBe(executions.Where(execution => execution.CustomerProgramId == progress.CustomerProgramId).Sum(execution => execution.Saved.Value));
        }
    }

    [Fact]
    public async Task Every_balance_is_the_sum_of_its_transfers_and_every_chain_is_whole()
    {
        await using var db = filled.Open();
        var chains = (await db.Transfers.AsNoTracking().ToListAsync()).ToLookup(transfer => transfer.ChainAccountId);
        var accounts = await db.LedgerAccounts.AsNoTracking().ToListAsync();

        chains.Select(chain => chain.Key).ShouldBeSubsetOf(accounts.Select(account => account.Id));
        foreach (var account in accounts)
        {
            var hash = new byte[TransferHash.Size];
            long balance = 0, position = 0;
            foreach (var transfer in chains[account.Id].OrderBy(transfer => transfer.ChainPosition))
            {
                transfer.ChainPosition.ShouldBe(++position);
                transfer.Fits(hash).ShouldBeTrue();
                transfer.Unit.ShouldBe(account.Unit);
                balance += transfer.SignedAmount;
                transfer.BalanceAfter.ShouldBe(balance);
                hash = transfer.Hash;
            }

            (account.Balance, account.ChainLength).ShouldBe((balance, position));
            account.ChainHash.ShouldBe(hash);
        }
    }

    [Fact]
    public async Task The_ledger_says_what_the_executions_say()
    {
        await using var db = filled.Open();
        var executions = await db.Executions.AsNoTracking().ToListAsync();
        var accounts = await db.LedgerAccounts.AsNoTracking().ToListAsync();
        var used = await db.Transfers.Where(transfer => transfer.Kind == TransferKind.Execution && transfer.Unit == LedgerUnit.Second).SumAsync(transfer => transfer.Amount);

        executions.ShouldAllBe(execution => execution.Saved.Value == execution.Prepaid.Value + execution.Billed.Value);
        used.ShouldBe(executions.Sum(execution => execution.Prepaid.Value));
        used.ShouldBeGreaterThan(0);
        foreach (var receivable in accounts.Where(account => account.Kind == LedgerAccountKind.Receivable))
        {
            receivable.Balance.ShouldBe(executions.Where(execution => execution.CustomerProgramId.Value == receivable.Id.Value).Sum(execution => execution.Price.Millionths));
        }

        accounts.Where(account => account.Kind == LedgerAccountKind.PrepaidTime).ShouldAllBe(account => account.Balance > 0, "everybody topped up today");
    }

    [Fact]
    public async Task The_file_tells_a_script_what_it_needs_to_call_the_API()
    {
        using var json = JsonDocument.Parse(filled.Out);
        await using var db = filled.Open();
        var balances = await db.LedgerAccounts.ToDictionaryAsync(account => account.Id.Value, account => account.Balance);
        var programs = (await db.CustomerPrograms.ToListAsync()).ToDictionary(program => program.Id.Value);

        Names(json.RootElement).ShouldBe(["apiKeys"]);
        var keys = json.RootElement.GetProperty("apiKeys").EnumerateArray().ToList();
        keys.Count.ShouldBe(3);
        foreach (var key in keys)
        {
            Names(key).ShouldBe(["key", "customerId", "customerPrograms"]);
            ApiKeySecret.TryParse(key.GetProperty("key").GetString(), out var secret).ShouldBeTrue();
            var hash = secret.Hash();
            var stored = await db.ApiKeys.SingleAsync(candidate => candidate.Hash == hash);
            stored.CustomerId.Value.ShouldBe(key.GetProperty("customerId").GetGuid());
            foreach (var program in key.GetProperty("customerPrograms").EnumerateArray())
            {
                Names(program).ShouldBe(["id", "priceMode", "pricePerSecond", "timeSavedSeconds", "timeAccounts"]);
                var row = programs[program.GetProperty("id").GetGuid()];
                row.CustomerId.ShouldBe(stored.CustomerId);
                program.GetProperty("priceMode").GetString().ShouldBeOneOf("fixed", "dynamic");
                program.GetProperty("pricePerSecond").GetDecimal().ShouldBeGreaterThan(0);
                program.GetProperty("timeSavedSeconds").GetInt64().ShouldBe(row.SavedPerExecution.Value);
                foreach (var account in program.GetProperty("timeAccounts").EnumerateArray())
                {
                    Names(account).ShouldBe(["id", "balanceSeconds"]);
                    account.GetProperty("balanceSeconds").GetInt64().ShouldBe(balances[account.GetProperty("id").GetGuid()]);
                }
            }
        }
    }

    [Fact]
    public async Task It_refuses_a_database_that_holds_customers_and_arguments_that_make_no_sense()
    {
        (await filled.RunAsync("--customers", "1", "--executions", "1")).ShouldBe(1);
        (await filled.RunAsync("--customers", "0")).ShouldBe(2);
        (await filled.RunAsync("--executions", "many")).ShouldBe(2);
        await using var db = filled.Open();
        (await db.Executions.CountAsync()).ShouldBe(300);
    }

    private static (long, long, long, long, long) Sums(IEnumerable<Execution> executions)
    {
        var all = executions.ToList();
        return (all.Count, all.Sum(row => row.Saved.Value), all.Sum(row => row.Prepaid.Value), all.Sum(row => row.Billed.Value), all.Sum(row => row.Price.Millionths));
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);

    /// <summary>A database that the command has filled once.</summary>
    public sealed class Filled(PostgresServer server) : EmptyDatabase(server)
    {
        public int ExitCode { get; private set; } = -1;

        public string Out { get; private set; } = "";

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            var file = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"nadooit-sample-{Environment.ProcessId}.json"));
            try
            {
                ExitCode = await RunAsync("--customers", "3", "--executions", "300", "--out", file);
                Out = await File.ReadAllTextAsync(file);
            }
            finally
            {
                File.Delete(file);
            }
        }

        public async Task<int> RunAsync(params string[] arguments)
        {
            var services = new ServiceCollection();
            services.AddLogging();
            services.AddSingleton<TimeProvider>(Clock);
            services.AddSingleton<NadooIt.Data.Webhooks.SecretProtection, PlainSecrets>();
            services.AddNadooItData(LimitedConnectionString);
            await using var provider = services.BuildServiceProvider();
            return await Commands.Find(["sample"])!(provider, ["sample", .. arguments]);
        }
    }
}
