using NadooIt.Data.ApiKeys;
using NadooIt.Data.Audit;
using NadooIt.Data.Executions;
using NadooIt.Data.Receipts;
using NadooIt.Data.Sample;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Guards;

public sealed class PlatformPermissionsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(ExportAuditEntries), Ability.ReadAudit, async (database, person, _) =>
            (await (await database.As<ExportAuditEntries>(person).RunAsync(new(), None)).CountAsync()).ShouldBeGreaterThan(0)),
        new(typeof(ListAuditEntries), Ability.ReadAudit, async (database, person, _) =>
            (await database.As<ListAuditEntries>(person).RunAsync(new(new(), new()), None)).Rows.ShouldNotBeEmpty()),
        new(typeof(CountSample), Ability.RunPlatform, (database, person, _) => database.As<CountSample>(person).RunAsync(None)),
        new(typeof(RemoveSample), Ability.RunPlatform, (database, person, _) => database.As<RemoveSample>(person).RunAsync(None)),
        new(typeof(ImportOldApiKey), Ability.RunPlatform, async (database, person, customer) =>
        {
            var owner = await database.Landscape.EmployeeAsync(customer);
            var import = await database.AsTouchedAsync<ImportOldApiKey>(person);
            (await import.RunAsync(new(owner.UserCode.Display, NewId.At<ApiKeyId>(database.Clock.GetUtcNow()).ToString(), "Old"), None)).Customers.ShouldHaveSingleItem();
        }),
        new(typeof(RotateReceiptKey), Ability.RunPlatform, async (database, person, _) =>
            (await database.As<RotateReceiptKey>(person).RunAsync(None)).ShouldNotBeEmpty()),
        new(typeof(ReadReceipt), Ability.ViewExecutions, async (database, person, customer) =>
        {
            var recorder = await database.Landscape.EmployeeAsync(customer, Ability.CreateExecutions);
            var program = await database.Landscape.CustomerProgramAsync(customer);
            var execution = (await database.As<RecordExecution>(recorder.Id).RunAsync(new(program.Id, "receipt", null, null, null), None)).Id;
            (await database.As<ReadReceipt>(person).RunAsync(execution, None)).ShouldNotBeEmpty();
        }),
    ];

    public static TheoryData<string> Rows() => PermissionTable.Names(Permissions);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Only_the_right_ability_opens_it(string name) => PermissionTable.CheckAsync(database, Permissions.Single(row => row.Name == name));
}
