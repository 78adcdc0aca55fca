using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Ownership;
using NadooIt.Domain.People;
using NadooIt.Domain.Programs;
using NadooIt.Domain.TimeAccounts;

namespace NadooIt.Data.Sample;

/// <summary>Sample data cannot be made here; the message is for the operator at the console.</summary>
public sealed class SampleDataException(string message) : Exception(message);

/// <summary>
/// Fills an empty database with a believable company landscape: everything is marked as sample, and every execution
/// goes through the real rules, batch by batch, so memory does not grow with their number.
/// </summary>
public sealed class SampleData(NadooItDatabase database, TimeProvider clock)
{
    private const int BatchSize = 5_000;
    private const int Days = 365;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Fills the database and returns what a script needs to call the API, as JSON.</summary>
    /// <param name="customers">How many customers, at least 1.</param>
    /// <param name="executions">How many executions altogether.</param>
    /// <param name="progress">Is told how many executions are done, and of how many.</param>
    /// <param name="cancellationToken">Stops between two batches; what was written stays.</param>
    /// <exception cref="SampleDataException">The database holds customers already.</exception>
    public async Task<string> FillAsync(int customers, long executions, Action<long, long> progress, CancellationToken cancellationToken)
    {
        // The same numbers always make the same landscape.
        var random = new Random(20_240_301);
        var plants = await PlantAsync(customers, executions, random, cancellationToken);
        await RecordAsync(plants, executions, random, progress, cancellationToken);
        await TopUpAsync(plants, random, cancellationToken);
        return await DescribeAsync(plants, cancellationToken);
    }

    private async Task<List<Plant>> PlantAsync(int customers, long executions, Random random, CancellationToken cancellationToken)
    {
        await using var db = database.Create(Fence.System("sample data"));
        if (await db.Customers.AnyAsync(customer => !customer.IsOperator, cancellationToken))
        {
            throw new SampleDataException("The database holds customers already; sample data goes into an empty one only.");
        }

        var now = clock.GetUtcNow();
        var begin = now.AddDays(-Days);
        if (!await db.Customers.AnyAsync(customer => customer.IsOperator, cancellationToken))
        {
            db.Add(Customer.Create("NADOO", begin, isOperator: true));
        }

        var programs = SampleNames.Programs.Select(program => CatalogueProgram.Create(program.Name, program.Description, begin, isSample: true)).ToList();
        db.AddRange(programs);
        var plants = new List<Plant>();
        for (var i = 0; i < customers; i++)
        {
            plants.Add(Plant.Grow(db, SampleNames.Company(i), SampleNames.Person(i), programs, executions / customers, begin, now, random));
            if (i % 50 == 49)
            {
                await db.SaveChangesAsync(cancellationToken);
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        return plants;
    }

    private async Task RecordAsync(List<Plant> plants, long executions, Random random, Action<long, long> progress, CancellationToken cancellationToken)
    {
        var book = new ExecutionBook(database);
        var now = clock.GetUtcNow();
        var first = now.AddDays(-Days + 1);
        var step = (now - first) / Math.Max(1, executions);
        progress(0, executions);
        for (long done = 0; done < executions; done += BatchSize)
        {
            var count = (int)Math.Min(BatchSize, executions - done);
            var orders = new RecordingOrder[count];
            for (var i = 0; i < count; i++)
            {
                var plant = plants[(int)((done + i) % plants.Count)];
                var program = plant.Programs[random.Next(plant.Programs.Count)];
                var at = first + ((done + i) * step);
                var request = new ExecutionRequest(
                    NewId.At<ExecutionId>(at), program.Id, $"sample-{done + i}", random.Next(4) == 0 ? program.SavedPerExecution.Value + random.Next(600) : null,
                    null, random.Next(3) == 0 ? $"A-{random.Next(100_000)}" : null, plant.Employee, plant.KeyId, at);
                orders[i] = new(request, new Reach(true, []), []);
            }

            var results = await book.RecordAsync(orders, cancellationToken);
            if (results.FirstOrDefault(result => result.Refusal is not null)?.Refusal is { } refused)
            {
                throw new SampleDataException($"The rules refused a sample execution: {refused.Refusal.Code}.");
            }

            progress(done + count, executions);
        }
    }

    /// <summary>Everybody buys some time today, so that balances, warnings and prepaid executions are there to see.</summary>
    private async Task TopUpAsync(List<Plant> plants, Random random, CancellationToken cancellationToken)
    {
        await using var db = database.Create(Fence.System("top up sample accounts"));
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow();
        foreach (var plant in plants)
        {
            var accounts = await db.LockAccountsAsync(plant.Programs.SelectMany(program => program.TimeAccounts).Select(drawn => new LedgerAccountId(drawn.TimeAccountId.Value)), cancellationToken);
            foreach (var account in accounts.Values.OrderBy(account => account.Id.Value))
            {
                var bought = Seconds.FromHours(random.Next(2, 60));
                db.Add(account.Credit(
                    bought.Value, LedgerBoundary.TimeSold, new Booking(NewId.At<TransferId>(now), TransferKind.Purchase, plant.Employee, now, null, SampleNames.TopUp)));
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<string> DescribeAsync(List<Plant> plants, CancellationToken cancellationToken)
    {
        await using var db = database.Create(Fence.System("describe sample data"));
        var balances = await db.LedgerAccounts.Where(account => account.Kind == LedgerAccountKind.PrepaidTime)
            .ToDictionaryAsync(account => account.Id, account => account.Balance, cancellationToken);
        var saved = await db.CustomerProgramProgress.ToDictionaryAsync(progress => progress.CustomerProgramId, progress => progress.Saved, cancellationToken);
        return JsonSerializer.Serialize(
            new
            {
                ApiKeys = plants.Select(plant => new
                {
                    Key = plant.Secret.Text,
                    CustomerId = plant.Owner.Value,
                    CustomerPrograms = plant.Programs.Select(program => new
                    {
                        Id = program.Id.Value,
                        program.PriceMode,
                        PricePerSecond = program.Terms.PriceAfter(saved[program.Id]).Amount,
                        TimeSavedSeconds = program.SavedPerExecution.Value,
                        TimeAccounts = program.TimeAccounts.OrderBy(drawn => drawn.Position).Select(drawn => new
                        {
                            Id = drawn.TimeAccountId.Value,
                            BalanceSeconds = balances[new(drawn.TimeAccountId.Value)],
                        }),
                    }),
                }),
            },
            Json);
    }

    /// <summary>One sample customer with what hangs on it.</summary>
    private sealed record Plant(CustomerId Owner, PersonId Employee, ApiKeyId KeyId, ApiKeySecret Secret, IReadOnlyList<CustomerProgram> Programs)
    {
        public static Plant Grow(
            NadooItDb db, string company, string name, IReadOnlyList<CatalogueProgram> catalogue, long executions, DateTimeOffset begin, DateTimeOffset now, Random random)
        {
            var customer = Customer.Create(company, begin, isSample: true);
            var person = Person.Register(name, UserCode.Create(), begin, isSample: true);
            var contract = EmployeeContract.Begin(customer.Id, person.Id, BusinessTime.DayOf(begin), null, person.Id, begin);
            contract.Give(Role.ExecutionManager, [Ability.CreateExecutions], new RoleGift(person.Id, null, SampleNames.Reason, begin));
            var secret = ApiKeySecret.Create();
            var key = ApiKey.Create(
                customer.Id, person.Id, new ApiKeyDetails(SampleNames.KeyName, [Ability.RunPrograms, Ability.ViewExecutions], [], now.AddYears(1)), secret, person.Id, begin);
            db.AddRange(customer, person, contract, key);

            var accounts = SampleNames.Accounts.Select(account => TimeAccount.Open(customer.Id, account, Seconds.Zero, Seconds.FromHours(10), begin)).ToList();
            foreach (var account in accounts)
            {
                var ledger = LedgerAccount.Open(account.LedgerAccountId, customer.Id, LedgerAccountKind.PrepaidTime, 0);
                var bought = Seconds.FromHours(20 + (executions * random.Next(20, 60) / 1000));
                db.AddRange(account, ledger, ledger.Credit(
                    bought.Value, LedgerBoundary.TimeSold, new Booking(NewId.At<TransferId>(begin), TransferKind.Purchase, person.Id, begin, null, SampleNames.Purchase)));
            }

            var programs = new List<CustomerProgram>();
            foreach (var (program, number) in catalogue.OrderBy(_ => random.Next()).Take(3).Select((program, number) => (program, number)))
            {
                var terms = new CustomerProgramTerms(
                    new Seconds(60 * random.Next(1, 15)), CustomerProgramTerms.UsualLargestSaved,
                    number == 1 ? PriceMode.Dynamic : PriceMode.Fixed, number == 1 ? null : PricePerSecond.Of(random.Next(5_000, 25_000) / 1_000_000m));
                var customerProgram = CustomerProgram.Create(customer.Id, program.Id, terms, begin);
                customerProgram.DrawFrom(accounts.Take(2 - (number % 2)).Select(account => account.Id));
                db.AddRange(
                    customerProgram, CustomerProgramProgress.None(customerProgram.Id, customer.Id),
                    LedgerAccount.Open(new LedgerAccountId(customerProgram.Id.Value), customer.Id, LedgerAccountKind.Receivable),
                    new CustomerProgramTermsChange(
                        customerProgram.Id, customer.Id, begin, terms.SavedPerExecution, terms.LargestSaved, terms.PriceMode, terms.FixedPrice, person.Id));
                programs.Add(customerProgram);
            }

            return new(customer.Id, person.Id, key.Id, secret, programs);
        }
    }
}
