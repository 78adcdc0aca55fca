using NadooIt.Data.Crm;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Crm;

public sealed class AddressesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly AddressLines Lines = new("Einkauf", "Hauptstraße", "1", "10115", "Berlin", "DE");
    private readonly Landscape landscape = database.Landscape;

    [Fact]
    public async Task There_is_always_exactly_one_default_per_kind()
    {
        var (customer, manager) = await PlaceAsync();
        var first = await AddAsync(manager, customer, AddressKind.Billing, false);
        var second = await AddAsync(manager, customer, AddressKind.Billing, false);
        await AddAsync(manager, customer, AddressKind.Shipping, false);
        await OnlyDefaultAsync(manager, customer, first);

        await database.As<MakeDefaultAddress>(manager.Id).RunAsync(new(customer.Id, second, await VersionAsync(manager, customer, second)), None);
        await OnlyDefaultAsync(manager, customer, second);
        await database.As<EndAddress>(manager.Id).RunAsync(new(customer.Id, second, await VersionAsync(manager, customer, second)), None);
        await OnlyDefaultAsync(manager, customer, first);
    }

    [Fact]
    public async Task Many_first_addresses_at_once_make_one_default()
    {
        var (customer, manager) = await PlaceAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => AddAsync(manager, customer, AddressKind.Billing, true))));

        var addresses = await ReadAsync(manager, customer);
        addresses.Count.ShouldBe(6);
        addresses.Count(address => address.IsDefault).ShouldBe(1);
    }

    [Fact]
    public async Task Replacing_keeps_the_old_version_and_tells_the_second_editor()
    {
        var (customer, manager) = await PlaceAsync();
        var old = await AddAsync(manager, customer, AddressKind.Billing, true);
        var version = await VersionAsync(manager, customer, old);

        var replaced = await database.As<ReplaceAddress>(manager.Id).RunAsync(new(customer.Id, old, Lines with { Town = "Potsdam" }, version), None);
        var late = await Should.ThrowAsync<Refused>(() => database.As<ReplaceAddress>(manager.Id).RunAsync(new(customer.Id, old, Lines with { Town = "Bonn" }, version), None));

        late.Refusal.ShouldBe(CommonRefusals.ChangedMeanwhile);
        await OnlyDefaultAsync(manager, customer, replaced);
        var addresses = await ReadAsync(manager, customer);
        addresses.Select(address => (address.Lines.Town, address.ValidUntil is null)).ShouldBe([("Potsdam", true), ("Berlin", false)]);
    }

    [Fact]
    public async Task Of_two_who_rename_the_later_is_told()
    {
        var (customer, manager) = await PlaceAsync();
        var version = (await database.As<ReadCustomerRecord>(manager.Id).RunAsync(customer.Id, None)).Version;

        await database.As<RenameCustomer>(manager.Id).RunAsync(new(customer.Id, "First", version), None);
        (await Should.ThrowAsync<Refused>(() => database.As<RenameCustomer>(manager.Id).RunAsync(new(customer.Id, "Second", version), None)))
            .Refusal.ShouldBe(CommonRefusals.ChangedMeanwhile);
        (await database.As<ReadCustomer>(manager.Id).RunAsync(customer.Id, None)).Name.ShouldBe("First");
    }

    [Fact]
    public async Task A_new_customer_at_the_place_of_another_is_a_likely_duplicate()
    {
        Task<CustomerId> Create(string name, AddressLines lines, bool anyway = false) =>
            database.As<CreateCustomer>(landscape.Administrator.Id).RunAsync(new(name, false, anyway, "Test", lines), None);
        var place = new AddressLines("Einkauf", "Lange Straße", "5a", "80331", "München", "DE");
        await Create("Blumen Meier", place);

        var same = place with { Addressee = "x", Street = "LANGE STR.", HouseNumber = "5 A", Town = "Muenchen" };
        (await Should.ThrowAsync<Refused>(() => Create("Ganz Anders", same))).Details.ShouldBe(["Blumen Meier"]);
        await Create("Ganz Anders", same, anyway: true);
        await Create("Nebenan", place with { HouseNumber = "7" });
    }

    [Fact]
    public async Task The_operator_cannot_be_archived_and_others_come_back()
    {
        var record = await database.As<ReadCustomerRecord>(landscape.Administrator.Id).RunAsync(landscape.Operator.Id, None);
        (await Should.ThrowAsync<Refused>(() => database.As<ArchiveCustomer>(landscape.Administrator.Id).RunAsync(new(landscape.Operator.Id, record.Version), None)))
            .Refusal.ShouldBe(CrmRefusals.OperatorStays);

        var (customer, manager) = await PlaceAsync();
        await database.As<ArchiveCustomer>(manager.Id).RunAsync(new(customer.Id, (await RecordAsync(manager, customer)).Version), None);
        (await RecordAsync(manager, customer)).ArchivedAt.ShouldNotBeNull();
        await database.As<RestoreCustomer>(manager.Id).RunAsync(new(customer.Id, (await RecordAsync(manager, customer)).Version), None);
        (await RecordAsync(manager, customer)).ArchivedAt.ShouldBeNull();
    }

    private async Task<(Customer Customer, Person Manager)> PlaceAsync()
    {
        var customer = await landscape.CustomerAsync();
        return (customer, await landscape.EmployeeAsync(customer.Id, Ability.EditCustomer));
    }

    private Task<AddressId> AddAsync(Person manager, Customer customer, AddressKind kind, bool isDefault) =>
        database.As<AddAddress>(manager.Id).RunAsync(new(customer.Id, kind, Lines, isDefault), None);

    private Task<ReadCustomerRecord.Result> RecordAsync(Person manager, Customer customer) => database.As<ReadCustomerRecord>(manager.Id).RunAsync(customer.Id, None);

    private async Task<IReadOnlyList<AddressRow>> ReadAsync(Person manager, Customer customer) => (await RecordAsync(manager, customer)).Addresses;

    private async Task<uint> VersionAsync(Person manager, Customer customer, AddressId id) => (await ReadAsync(manager, customer)).Single(address => address.Id == id).Version;

    private async Task OnlyDefaultAsync(Person manager, Customer customer, AddressId id) =>
        (await ReadAsync(manager, customer)).Where(address => address.Kind == AddressKind.Billing && address.IsDefault).ShouldHaveSingleItem().Id.ShouldBe(id);
}
