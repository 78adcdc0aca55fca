using NadooIt.Data.Crm;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Crm;

public sealed class CrmPermissionsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly AddressLines Lines = new("Einkauf", "Hauptstraße", "1", "10115", "Berlin", "DE");

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(ListCustomers), Ability.SeeCustomer, async (database, person, customer) =>
        {
            var page = await database.As<ListCustomers>(person).RunAsync(new(null, false, new PageRequest(Size: PageRequest.LargestSize)), None);
            _ = page.Rows.FirstOrDefault(row => row.Id == customer) ?? throw PermissionTable.NotListed;
        }),
        new(typeof(CreateCustomer), Ability.CreateCustomers, (database, person, customer) =>
            database.As<CreateCustomer>(person).RunAsync(new($"New {customer}", false, false, "Test"), None)),
        new(typeof(ReadCustomer), Ability.SeeCustomer, (database, person, customer) => database.As<ReadCustomer>(person).RunAsync(customer, None)),
        new(typeof(ReadCustomerRecord), Ability.ViewCustomer, (database, person, customer) => database.As<ReadCustomerRecord>(person).RunAsync(customer, None)),
        new(typeof(RenameCustomer), Ability.EditCustomer, async (database, person, customer) =>
            await database.As<RenameCustomer>(person).RunAsync(new(customer, $"Renamed {customer}", await VersionAsync(database, customer)), None)),
        new(typeof(ArchiveCustomer), Ability.EditCustomer, async (database, person, customer) =>
            await database.As<ArchiveCustomer>(person).RunAsync(new(customer, await VersionAsync(database, customer)), None)),
        new(typeof(RestoreCustomer), Ability.EditCustomer, async (database, person, customer) =>
            await database.As<RestoreCustomer>(person).RunAsync(new(customer, await VersionAsync(database, customer)), None)),
        new(typeof(ReadArchiveConsequences), Ability.EditCustomer, (database, person, customer) => database.As<ReadArchiveConsequences>(person).RunAsync(customer, None)),
        new(typeof(AddAddress), Ability.EditCustomer, (database, person, customer) =>
            database.As<AddAddress>(person).RunAsync(new(customer, AddressKind.Billing, Lines, false), None)),
        new(typeof(ReplaceAddress), Ability.EditCustomer, async (database, person, customer) =>
        {
            var (id, version) = await AddressAsync(database, customer);
            await database.As<ReplaceAddress>(person).RunAsync(new(customer, id, Lines with { Town = "Potsdam" }, version), None);
        }),
        new(typeof(MakeDefaultAddress), Ability.EditCustomer, async (database, person, customer) =>
        {
            var (id, version) = await AddressAsync(database, customer);
            await database.As<MakeDefaultAddress>(person).RunAsync(new(customer, id, version), None);
        }),
        new(typeof(EndAddress), Ability.EditCustomer, async (database, person, customer) =>
        {
            var (id, version) = await AddressAsync(database, customer);
            await database.As<EndAddress>(person).RunAsync(new(customer, id, version), None);
        }),
    ];

    public static TheoryData<string> Rows() => PermissionTable.Names(Permissions);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Only_the_right_ability_opens_it(string name) => PermissionTable.CheckAsync(database, Permissions.Single(row => row.Name == name));

    private static async Task<uint> VersionAsync(TestDatabase database, CustomerId customer)
    {
        await using var db = database.Open();
        return db.VersionOf((await db.Customers.FindAsync(customer))!);
    }

    private static async Task<(AddressId Id, uint Version)> AddressAsync(TestDatabase database, CustomerId customer)
    {
        await using var db = database.Open();
        var address = Address.Add(customer, AddressKind.Shipping, Lines, false, database.Clock.GetUtcNow());
        db.Add(address);
        await db.SaveChangesAsync();
        return (address.Id, db.VersionOf(address));
    }
}
