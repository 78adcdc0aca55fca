using NadooIt.Data.Kernel;
using NadooIt.Data.Ledger;
using NadooIt.Data.TimeAccounts;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.TimeAccounts;

public sealed class TimeAccountPermissionsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(ListTimeAccounts), Ability.ViewTimeAccounts, async (database, person, customer) =>
        {
            await AccountAsync(database, customer);
            var result = await database.As<ListTimeAccounts>(person).RunAsync(new(customer, true, false, null, new PageRequest()), None);
            _ = result.Page.Rows.FirstOrDefault(row => row.Customer == customer) ?? throw PermissionTable.NotListed;
        }),
        new(typeof(ReadTimeAccount), Ability.ViewTimeAccounts, async (database, person, customer) =>
            await database.As<ReadTimeAccount>(person).RunAsync(await AccountAsync(database, customer), None)),
        new(typeof(ReadStatement), Ability.ViewTimeAccounts, async (database, person, customer) =>
            await database.As<ReadStatement>(person).RunAsync(new(await AccountAsync(database, customer), Period.Always, new PageRequest()), None)),
        new(typeof(ListPlacesForTimeAccounts), Ability.OpenTimeAccounts, async (database, person, customer) =>
            _ = (await database.As<ListPlacesForTimeAccounts>(person).RunAsync(None)).FirstOrDefault(place => place.Id == customer) ?? throw PermissionTable.NotListed),
        new(typeof(OpenTimeAccount), Ability.OpenTimeAccounts, (database, person, customer) =>
            database.As<OpenTimeAccount>(person).RunAsync(new(customer, "New", Seconds.Zero, null), None)),
        new(typeof(ChangeTimeAccount), Ability.OpenTimeAccounts, async (database, person, customer) =>
        {
            var account = await ReadAsync(database, await AccountAsync(database, customer));
            await database.As<ChangeTimeAccount>(person).RunAsync(new(account.Id, "Renamed", Seconds.Zero, null, account.Version), None);
        }),
        new(typeof(MoveTime), Ability.OpenTimeAccounts, async (database, person, customer) =>
        {
            var (from, to) = (await AccountAsync(database, customer, 10), await AccountAsync(database, customer));
            await (await database.AsTouchedAsync<MoveTime>(person)).RunAsync(new(NewTransfer(database), from, to, new Seconds(1), null), None);
        }),
        new(typeof(ReopenTimeAccount), Ability.OpenTimeAccounts, async (database, person, customer) =>
        {
            var administrator = database.Landscape.Administrator.Id;
            var id = (await database.Landscape.TimeAccountAsync(customer)).Id;
            var version = (await database.As<ReadTimeAccount>(administrator).RunAsync(id, None)).Version;
            await database.As<CloseTimeAccount>(administrator).RunAsync(id, version, None);
            version = (await database.As<ReadTimeAccount>(administrator).RunAsync(id, None)).Version;
            await database.As<ReopenTimeAccount>(person).RunAsync(id, "Test", version, None);
        }),
        new(typeof(CloseTimeAccount), Ability.CloseTimeAccounts, async (database, person, customer) =>
        {
            var account = await ReadAsync(database, await AccountAsync(database, customer));
            await database.As<CloseTimeAccount>(person).RunAsync(account.Id, account.Version, None);
        }),
        new(typeof(BuyTime), Ability.SellTime, async (database, person, customer) =>
            await (await database.AsTouchedAsync<BuyTime>(person)).RunAsync(new(NewTransfer(database), await AccountAsync(database, customer), new Seconds(1), null), None)),
        new(typeof(CorrectTime), Ability.SellTime, async (database, person, customer) =>
            await (await database.AsTouchedAsync<CorrectTime>(person)).RunAsync(new(NewTransfer(database), await AccountAsync(database, customer), new Seconds(1), "Test"), None)),
        new(typeof(VerifyLedger), Ability.RunPlatform, (database, person, _) => database.As<VerifyLedger>(person).RunAsync(None)),
    ];

    public static TheoryData<string> Rows() => PermissionTable.Names(Permissions);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Only_the_right_ability_opens_it(string name) => PermissionTable.CheckAsync(database, Permissions.Single(row => row.Name == name));

    private static async Task<TimeAccountId> AccountAsync(TestDatabase database, CustomerId customer, long seconds = 0) =>
        (await database.Landscape.TimeAccountAsync(customer, seconds)).Id;

    private static Task<ReadTimeAccount.Result> ReadAsync(TestDatabase database, TimeAccountId id) =>
        database.As<ReadTimeAccount>(database.Landscape.Administrator.Id).RunAsync(id, None);

    private static TransferId NewTransfer(TestDatabase database) => NewId.At<TransferId>(database.Clock.GetUtcNow());
}
