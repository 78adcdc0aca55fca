using NadooIt.Data.Hr;
using NadooIt.Data.Kernel;
using NadooIt.Data.People;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Hr;

public sealed class HrPermissionsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(ListEmployees), Ability.ViewEmployees, async (database, person, customer) =>
        {
            var (contract, _) = await EmployeeAsync(database, customer);
            var page = await database.As<ListEmployees>(person).RunAsync(new(customer, null, true, new PageRequest()), None);
            _ = page.Rows.FirstOrDefault(row => row.Id == contract.Id) ?? throw PermissionTable.NotListed;
        }),
        new(typeof(ReadEmployee), Ability.ViewEmployees, async (database, person, customer) =>
        {
            var (contract, _) = await EmployeeAsync(database, customer);
            (await database.As<ReadEmployee>(person).RunAsync(contract.Id, None)).Customer.ShouldBe(customer);
        }),
        new(typeof(ExplainGrants), Ability.ViewEmployees, async (database, person, customer) =>
        {
            var (contract, _) = await EmployeeAsync(database, customer, Ability.EditCustomer);
            (await database.As<ExplainGrants>(person).RunAsync(contract.Id, None)).ShouldContain(reason => reason.Ability == Ability.EditCustomer);
        }),
        new(typeof(ListAbilityHolders), Ability.ViewEmployees, async (database, person, customer) =>
        {
            await EmployeeAsync(database, customer, Ability.EditCustomer);
            (await database.As<ListAbilityHolders>(person).RunAsync(customer, None)).ShouldContain(reason => reason.Ability == Ability.EditCustomer);
        }),
        new(typeof(ListPlacesToAddEmployees), Ability.AddEmployees, async (database, person, customer) =>
        {
            var places = await database.As<ListPlacesToAddEmployees>(person).RunAsync(None);
            _ = places.FirstOrDefault(place => place.Id == customer) ?? throw PermissionTable.NotListed;
        }),
        new(typeof(AddEmployee), Ability.AddEmployees, async (database, person, customer) =>
        {
            var newcomer = await database.Landscape.PersonAsync();
            await database.As<AddEmployee>(person).RunAsync(new(newcomer.UserCode.Display, customer), None);
        }),
        new(typeof(EndContract), Ability.EndContracts, async (database, person, customer) =>
        {
            var (contract, version) = await EmployeeAsync(database, customer);
            await database.As<EndContract>(person).RunAsync(new(contract.Id, "Test", version, false), None);
        }),
        new(typeof(ReadEndConsequences), Ability.EndContracts, async (database, person, customer) =>
        {
            var (contract, _) = await EmployeeAsync(database, customer, Ability.EditCustomer);
            (await database.As<ReadEndConsequences>(person).RunAsync(new(contract.Id, null), None)).Roles.ShouldBe([Role.CustomerManager]);
        }),
        new(typeof(EndRole), Ability.EndContracts, (database, person, customer) => EndRoleAsync(database, person, customer, Role.CustomerManager, Ability.EditCustomer)),
        new(typeof(EndRole), Ability.DeleteKeyManagers, (database, person, _) => EndRoleAsync(database, person, database.Landscape.Operator.Id, Role.KeyManager, Ability.CreateKeys)),
        new(typeof(ReadEndConsequences), Ability.DeleteKeyManagers, async (database, person, _) =>
        {
            var (contract, _) = await EmployeeAsync(database, database.Landscape.Operator.Id, Ability.CreateKeys);
            (await database.As<ReadEndConsequences>(person).RunAsync(new(contract.Id, Role.KeyManager), None)).Roles.ShouldBe([Role.KeyManager]);
        }),
        new(typeof(EndAbility), Ability.EndContracts, (database, person, customer) => EndAbilityAsync(database, person, customer, Role.CustomerManager, Ability.EditCustomer)),
        new(typeof(EndAbility), Ability.DeleteKeyManagers, (database, person, _) => EndAbilityAsync(database, person, database.Landscape.Operator.Id, Role.KeyManager, Ability.CreateKeys)),
        new(typeof(ReadOffboarding), Ability.EndContracts, async (database, person, customer) =>
        {
            var (contract, _) = await EmployeeAsync(database, customer, Ability.EditCustomer);
            (await database.As<ReadOffboarding>(person).RunAsync(new(contract.Id, "", 0), None)).Contracts.ShouldBe(1);
        }),
        new(typeof(Offboard), Ability.EndContracts, async (database, person, customer) =>
        {
            var (contract, version) = await EmployeeAsync(database, customer, Ability.EditCustomer);
            (await database.As<Offboard>(person).RunAsync(new(contract.Id, "Test", version), None)).Contracts.ShouldBe(1);
        }),
        .. from role in Roles.All
           select new PermissionCase(typeof(GiveRole), role.Give, (database, person, customer) =>
               GiveAsync(database, person, role.AtOperatorOnly ? database.Landscape.Operator.Id : customer, role.Role)),
        new(typeof(ListGivableRoles), Ability.SeeCustomer, async (database, person, customer) =>
        {
            if (person is { } id && (await database.As<Access>(person).GrantsAsync(None)).Of(Ability.SeeCustomer).Includes(customer))
            {
                await database.Landscape.EmployAsync(customer, id, Ability.GiveCustomerManagerRole);
            }

            var (contract, _) = await EmployeeAsync(database, customer);
            var places = await database.As<ListGivableRoles>(person).RunAsync(new(contract.PersonId, customer), None);
            _ = places.FirstOrDefault(place => place.Id == customer) ?? throw PermissionTable.NotListed;
        }),
        new(typeof(ReadProfile), Ability.ManageOwnAccount, (database, person, _) => database.As<ReadProfile>(person).RunAsync(None)),
        new(typeof(ReadOwnName), Ability.ManageOwnAccount, (database, person, _) => database.As<ReadOwnName>(person).RunAsync(None)),
        new(typeof(ChooseLanguage), Ability.ManageOwnAccount, (database, person, _) => database.As<ChooseLanguage>(person).RunAsync("en", None)),
        new(typeof(WhoCanGive), Ability.ManageOwnAccount, (database, person, _) => database.As<WhoCanGive>(person).RunAsync(Ability.CreateCustomers, None)),
        new(typeof(RenameOneself), Ability.ManageOwnAccount, async (database, person, _) =>
        {
            var version = person is null ? 0 : (await database.As<ReadProfile>(person).RunAsync(None)).Version;
            await database.As<RenameOneself>(person).RunAsync("New name", version, None);
        }),
    ];

    public static TheoryData<string> Rows() => PermissionTable.Names(Permissions.DistinctBy(row => row.Name));

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Only_the_right_ability_opens_it(string name) => PermissionTable.CheckAsync(database, Permissions.First(row => row.Name == name));

    private static async Task<(EmployeeContract Contract, uint Version)> EmployeeAsync(TestDatabase database, CustomerId customer, params Ability[] abilities)
    {
        var person = await database.Landscape.PersonAsync();
        var contract = await database.Landscape.EmployAsync(customer, person.Id, abilities);
        await using var db = database.Open();
        return (contract, db.VersionOf((await db.EmployeeContracts.FindAsync(contract.Id))!));
    }

    private static async Task EndRoleAsync(TestDatabase database, PersonId? person, CustomerId customer, Role role, Ability ability)
    {
        var (contract, _) = await EmployeeAsync(database, customer, ability);
        await using var db = database.Open();
        var held = (await db.RoleContracts.FindAsync(contract.Roles.Single().Id))!;
        await database.As<EndRole>(person).RunAsync(new(held.Id, role, "Test", db.VersionOf(held)), None);
    }

    private static async Task EndAbilityAsync(TestDatabase database, PersonId? person, CustomerId customer, Role role, Ability ability)
    {
        var (contract, _) = await EmployeeAsync(database, customer, ability);
        await database.As<EndAbility>(person).RunAsync(new(contract.Roles.Single().Id, role, ability, "Test"), None);
    }

    private static async Task GiveAsync(TestDatabase database, PersonId? person, CustomerId customer, Role role)
    {
        var (contract, _) = await EmployeeAsync(database, customer);
        await using var db = database.Open();
        var code = (await db.People.FindAsync(contract.PersonId))!.UserCode;
        (await (await database.AsTouchedAsync<GiveRole>(person)).RunAsync(new(code.Display, customer, role, [], "Test"), None)).IsNew.ShouldBeTrue();
    }
}
