using NadooIt.Data.Executions;
using NadooIt.Data.Home;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Executions;

public sealed class ExecutionPermissionsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(RecordExecution), Ability.CreateExecutions, async (database, person, customer) =>
        {
            var program = await database.Landscape.CustomerProgramAsync(customer);
            await database.As<RecordExecution>(person).RunAsync(new(program.Id, "permission", null, null, null), CancellationToken.None);
        }),
        new(typeof(ListRunnablePrograms), Ability.CreateExecutions, async (database, person, customer) =>
        {
            var program = await database.Landscape.CustomerProgramAsync(customer);
            Listed((await database.As<ListRunnablePrograms>(person).RunAsync(CancellationToken.None)).Any(row => row.Id == program.Id));
        }),
        new(typeof(ListExecutions), Ability.ViewExecutions, async (database, person, customer) =>
        {
            var execution = await RecordedAsync(database, customer);
            Listed((await database.As<ListExecutions>(person).RunAsync(new(new(NamedPeriod.Today), new()), CancellationToken.None)).Page.Rows.Any(row => row.Id == execution));
        }),
        new(typeof(SumExecutions), Ability.ViewExecutions, async (database, person, customer) =>
        {
            await RecordedAsync(database, customer);
            Listed((await database.As<SumExecutions>(person).RunAsync(new(Customer: customer), CancellationToken.None)).Counted.Count > 0);
        }),
        new(typeof(ReadExecution), Ability.ViewExecutions, async (database, person, customer) =>
            await database.As<ReadExecution>(person).RunAsync(await RecordedAsync(database, customer), CancellationToken.None)),
        new(typeof(ExportExecutions), Ability.ViewExecutions, async (database, person, customer) =>
        {
            var execution = await RecordedAsync(database, customer);
            var rows = await database.As<ExportExecutions>(person).RunAsync(new(), CancellationToken.None);
            Listed(await rows.AnyAsync(row => row.Id == execution));
        }),
        new(typeof(ReverseExecution), Ability.ReverseExecutions, async (database, person, customer) =>
            await (await database.AsTouchedAsync<ReverseExecution>(person)).RunAsync(await RecordedAsync(database, customer), "Test", CancellationToken.None)),
        new(typeof(PreviewPayments), Ability.MarkPayments, async (database, person, customer) =>
            Listed((await database.As<PreviewPayments>(person).RunAsync(new([await RecordedAsync(database, customer)], new()), CancellationToken.None)).Payable.Count == 1)),
        new(typeof(MarkExecutionsPaid), Ability.MarkPayments, (database, person, customer) => PaidAsync(database, person, customer)),
        new(typeof(RefundExecution), Ability.MarkPayments, async (database, person, customer) =>
        {
            var execution = await PaidAsync(database, database.Landscape.Administrator.Id, customer);
            await (await database.AsTouchedAsync<RefundExecution>(person)).RunAsync(execution, "Test", CancellationToken.None);
        }),
        new(typeof(ListExecutionChoices), Ability.ViewExecutions, async (database, person, customer) =>
            Listed((await database.As<ListExecutionChoices>(person).RunAsync(null, CancellationToken.None)).Customers.Any(choice => choice.Id == customer))),
        new(typeof(ReadProgress), Ability.ViewExecutions, async (database, person, customer) =>
        {
            await RecordedAsync(database, customer);
            Listed((await database.As<ReadProgress>(person).RunAsync(CancellationToken.None)).ThisMonth.Count > 0);
        }),
        new(typeof(ReadBalances), Ability.ViewTimeAccounts, async (database, person, customer) =>
        {
            await database.Landscape.TimeAccountAsync(customer, 60);
            Listed((await database.As<ReadBalances>(person).RunAsync(CancellationToken.None)).Balance > Seconds.Zero);
        }),
        new(typeof(ReadOwnNotices), Ability.ManageOwnAccount, (database, person, _) => database.As<ReadOwnNotices>(person).RunAsync(CancellationToken.None)),
        new(typeof(ReadFirstSteps), Ability.CreateCustomers, (database, person, _) => database.As<ReadFirstSteps>(person).RunAsync(CancellationToken.None)),
    ];

    public static TheoryData<string> Names => PermissionTable.Names(Permissions);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Only_the_right_ability_at_the_right_customer_opens(string name) =>
        PermissionTable.CheckAsync(database, Permissions.Single(row => row.Name == name));

    private static void Listed(bool isListed)
    {
        if (!isListed)
        {
            throw PermissionTable.NotListed;
        }
    }

    private static async Task<ExecutionId> PaidAsync(TestDatabase database, PersonId? person, CustomerId customer)
    {
        var execution = await RecordedAsync(database, customer);
        await (await database.AsTouchedAsync<MarkExecutionsPaid>(person)).RunAsync(new([execution], null), CancellationToken.None);
        return execution;
    }

    private static async Task<ExecutionId> RecordedAsync(TestDatabase database, CustomerId customer)
    {
        var recorder = await database.Landscape.EmployeeAsync(customer, Ability.CreateExecutions);
        var program = await database.Landscape.CustomerProgramAsync(customer);
        return (await database.As<RecordExecution>(recorder.Id).RunAsync(new(program.Id, "permission", null, null, null), CancellationToken.None)).Id;
    }
}
