using NadooIt.Data.ApiKeys;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Data.Ownership;
using NadooIt.Data.Receipts;
using NadooIt.Data.TimeAccounts;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.ApiKeys;

/// <summary>Who may look after keys, and what a key may do: never more than its owner.</summary>
public sealed class ApiKeyPermissionsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(ListApiKeys), Ability.ViewApiKeys, async (database, person, customer) =>
        {
            var key = await KeyAsync(database, customer);
            var page = await database.As<ListApiKeys>(person).RunAsync(new(null, false, new PageRequest()), None);
            _ = page.Rows.FirstOrDefault(row => row.Id == key) ?? throw PermissionTable.NotListed;
        }),
        new(typeof(ReadApiKey), Ability.ViewApiKeys, async (database, person, customer) =>
            (await database.As<ReadApiKey>(person).RunAsync(await KeyAsync(database, customer), None)).Key.CustomerId.ShouldBe(customer)),
        new(typeof(ReadApiKeyChoices), Ability.CreateApiKeys, async (database, person, customer) =>
        {
            var choices = await database.As<ReadApiKeyChoices>(person).RunAsync(customer, null, None);
            _ = choices.Customers.FirstOrDefault(choice => choice.Id == customer) ?? throw PermissionTable.NotListed;
        }),
        new(typeof(CreateApiKey), Ability.CreateApiKeys, async (database, person, customer) =>
        {
            var owner = await database.Landscape.EmployeeAsync(customer);
            var create = await database.AsTouchedAsync<CreateApiKey>(person);
            (await create.RunAsync(new(customer, owner.Id, new("Test", [Ability.RunPrograms], [], null)), None)).Secret.Text.ShouldStartWith(ApiKeySecret.LivePrefix);
        }),
        new(typeof(ReplaceApiKey), Ability.CreateApiKeys, async (database, person, customer) =>
        {
            var key = await KeyAsync(database, customer);
            var replace = await database.AsTouchedAsync<ReplaceApiKey>(person);
            (await replace.RunAsync(new(key, TimeSpan.FromDays(1), null), None)).Secret.Text.ShouldStartWith(ApiKeySecret.LivePrefix);
        }),
        new(typeof(ListApiRequests), Ability.ViewApiKeys, async (database, person, customer) =>
        {
            var key = await KeyAsync(database, customer);
            await using (var db = database.Open())
            {
                db.Add(ApiRequest.Note(customer, key, new(database.Clock.GetUtcNow(), "GET", "/api/v1/me", 200, 10, "")));
                await db.SaveChangesAsync();
            }

            var page = await database.As<ListApiRequests>(person).RunAsync(new(key, false, new PageRequest()), None);
            _ = page.Rows.Count > 0 ? page : throw PermissionTable.NotListed;
        }),
        new(typeof(ListTestExecutions), Ability.RunPrograms, async (database, person, customer) =>
        {
            var execution = await TestLedgerTests.PutAsync(database, customer, person ?? database.Landscape.Administrator.Id);
            var result = await database.As<ListTestExecutions>(person).RunAsync(new(null, new PageRequest()), None);
            _ = result.Page.Rows.FirstOrDefault(row => row.Id == execution) ?? throw PermissionTable.NotListed;
        }),
        new(typeof(DeleteTestExecutions), Ability.RunPrograms, async (database, person, customer) =>
        {
            await StoreAsync(database, customer, person ?? database.Landscape.Administrator.Id, Ability.RunPrograms, isTest: true);
            await TestLedgerTests.PutAsync(database, customer, database.Landscape.Administrator.Id);
            (await database.As<DeleteTestExecutions>(person).RunAsync(customer, None)).ShouldBePositive();
        }),
        new(typeof(RenameApiKey), Ability.CreateApiKeys, async (database, person, customer) =>
            await database.As<RenameApiKey>(person).RunAsync(await KeyAsync(database, customer), "Other", None)),
        new(typeof(RevokeApiKey), Ability.RevokeApiKeys, async (database, person, customer) =>
        {
            var key = await KeyAsync(database, customer);
            await (await database.AsTouchedAsync<RevokeApiKey>(person)).RunAsync(key, None);
        }),
        new(typeof(ReadKeyOwner), Ability.ManageOwnAccount, async (database, person, customer) =>
            (await (await ByKeyAsync<ReadKeyOwner>(database, person, customer, Ability.RunPrograms)).RunAsync(None)).Customer.ShouldBe(customer)),
        new(typeof(RecordExecutionByKey), Ability.RunPrograms, async (database, person, customer) =>
        {
            var program = await database.Landscape.CustomerProgramAsync(customer);
            var record = await ByKeyAsync<RecordExecutionByKey>(database, person, customer, Ability.RunPrograms);
            (await record.RunAsync(new(program.Id, "r", 60, null, null), None)).IsRepetition.ShouldBeFalse();
        }),
        new(typeof(RecordExecutionBatchByKey), Ability.RunPrograms, async (database, person, customer) =>
        {
            var program = await database.Landscape.CustomerProgramAsync(customer);
            var record = await ByKeyAsync<RecordExecutionBatchByKey>(database, person, customer, Ability.RunPrograms);
            if ((await record.RunAsync([new(program.Id, "r", 60, null, null)], None))[0].Refusal is { } refused)
            {
                throw refused;
            }
        }),
        new(typeof(ReadExecutionByKey), Ability.ViewExecutions, async (database, person, customer) =>
        {
            var execution = await ExecutionAsync(database, customer);
            (await (await ByKeyAsync<ReadExecutionByKey>(database, person, customer, Ability.ViewExecutions)).RunAsync(execution, None)).Id.ShouldBe(execution);
        }),
        new(typeof(ReadReceiptByKey), Ability.ViewExecutions, async (database, person, customer) =>
        {
            var execution = await ExecutionAsync(database, customer);
            (await (await ByKeyAsync<ReadReceiptByKey>(database, person, customer, Ability.ViewExecutions)).RunAsync(execution, None)).Split('.').Length.ShouldBe(3);
        }),
        new(typeof(ReverseExecutionByKey), Ability.ReverseExecutions, async (database, person, customer) =>
        {
            var execution = await ExecutionAsync(database, customer);
            (await (await ByKeyAsync<ReverseExecutionByKey>(database, person, customer, Ability.ReverseExecutions)).RunAsync(execution, "Test", None)).Id.ShouldBe(execution);
        }),
        new(typeof(ListExecutionsByKey), Ability.ViewExecutions, async (database, person, customer) =>
        {
            var execution = await ExecutionAsync(database, customer);
            var part = await (await ByKeyAsync<ListExecutionsByKey>(database, person, customer, Ability.ViewExecutions)).RunAsync(new(null, Period.Always, null, 10, null), None);
            _ = part.Rows.FirstOrDefault(row => row.Id == execution) ?? throw PermissionTable.NotListed;
        }),
        new(typeof(ListCustomerProgramsByKey), Ability.RunPrograms, async (database, person, customer) =>
        {
            var program = await database.Landscape.CustomerProgramAsync(customer);
            var part = await (await ByKeyAsync<ListCustomerProgramsByKey>(database, person, customer, Ability.RunPrograms)).RunAsync(10, null, None);
            _ = part.Rows.FirstOrDefault(row => row.Id == program.Id) ?? throw PermissionTable.NotListed;
        }),
        new(typeof(ReadTimeAccountByKey), Ability.ViewTimeAccounts, async (database, person, customer) =>
        {
            var account = await database.Landscape.TimeAccountAsync(customer, 7);
            (await (await ByKeyAsync<ReadTimeAccountByKey>(database, person, customer, Ability.ViewTimeAccounts)).RunAsync(account.Id, None)).Balance.Value.ShouldBe(7);
        }),
        new(typeof(ReadStatementByKey), Ability.ViewTimeAccounts, async (database, person, customer) =>
        {
            var account = await database.Landscape.TimeAccountAsync(customer, 7);
            var part = await (await ByKeyAsync<ReadStatementByKey>(database, person, customer, Ability.ViewTimeAccounts)).RunAsync(new(account.Id, Period.Always, 10, null), None);
            part.Closing.Value.ShouldBe(7);
        }),
    ];

    public static TheoryData<string> Rows() => PermissionTable.Names(Permissions);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Only_the_right_ability_opens_it(string name) => PermissionTable.CheckAsync(database, Permissions.First(row => row.Name == name));

    private static async Task<ApiKeyId> KeyAsync(TestDatabase database, CustomerId customer) =>
        await StoreAsync(database, customer, (await database.Landscape.EmployeeAsync(customer)).Id, Ability.RunPrograms);

    private static async Task<ApiKeyId> StoreAsync(TestDatabase database, CustomerId customer, PersonId owner, Ability ability, bool isTest = false)
    {
        var key = ApiKey.Create(customer, owner, new("Test", [ability], [], null), ApiKeySecret.Create(isTest), owner, database.Clock.GetUtcNow());
        await using var db = database.Open();
        db.Add(key);
        await db.SaveChangesAsync();
        return key.Id;
    }

    /// <summary>A use case in the hands of a key of the person, at the customer; null for nobody.</summary>
    private static async Task<TUseCase> ByKeyAsync<TUseCase>(TestDatabase database, PersonId? person, CustomerId customer, Ability ability)
        where TUseCase : notnull => person is { } owner
            ? database.As<TUseCase>(new Caller(owner, null, await StoreAsync(database, customer, owner, ability), null))
            : database.As<TUseCase>((PersonId?)null);

    private static async Task<ExecutionId> ExecutionAsync(TestDatabase database, CustomerId customer)
    {
        var program = await database.Landscape.CustomerProgramAsync(customer);
        var runner = await database.Landscape.EmployeeAsync(customer);
        var record = await ByKeyAsync<RecordExecutionByKey>(database, runner.Id, customer, Ability.RunPrograms);
        return (await record.RunAsync(new(program.Id, "r", 60, null, null), None)).Execution.Id;
    }
}
