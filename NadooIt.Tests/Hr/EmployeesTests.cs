using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Crm;
using NadooIt.Data.Hr;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.People;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Hr;

public sealed class EmployeesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly Landscape landscape = database.Landscape;

    [Fact]
    public async Task Of_two_people_who_add_the_same_employee_at_once_one_succeeds()
    {
        var customer = await landscape.CustomerAsync();
        var newcomer = await landscape.PersonAsync();
        var managers = new List<Person>();
        for (var i = 0; i < 8; i++)
        {
            managers.Add(await landscape.EmployeeAsync(customer.Id, Ability.AddEmployees));
        }

        var outcomes = await Task.WhenAll(managers.Select(manager => Task.Run(() => TryAsync(() =>
            database.As<AddEmployee>(manager.Id).RunAsync(new(newcomer.UserCode.Display, customer.Id), None)))));

        outcomes.Count(refusal => refusal is null).ShouldBe(1);
        outcomes.OfType<Refusal>().ShouldAllBe(refusal => refusal == HrRefusals.AlreadyEmployed);
        await using var db = database.Open();
        (await db.EmployeeContracts.CountAsync(contract => contract.PersonId == newcomer.Id)).ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_gifts_of_one_role_at_once_one_role_remains()
    {
        var (customer, _, receiver) = await PlaceAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => TryAsync(() =>
            GiveAsync(landscape.Administrator.Id, receiver, customer.Id, Role.ExecutionManager, [Ability.CreateExecutions])))));

        outcomes.ShouldAllBe(refusal => refusal == null);
        (await RolesAsync(receiver.Id)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_unknown_code_an_archived_customer_and_a_reversed_period_are_refused()
    {
        var customer = await landscape.CustomerAsync();
        var manager = await landscape.EmployeeAsync(customer.Id, Ability.AddEmployees, Ability.EditCustomer);
        var person = await landscape.PersonAsync();
        Task<Refusal?> Add(string code, DateOnly? from = null, DateOnly? to = null) =>
            TryAsync(() => database.As<AddEmployee>(manager.Id).RunAsync(new(code, customer.Id, from, to), None));

        (await Add("?")).ShouldBe(PeopleRefusals.UserCodeInvalid);
        (await Add(UserCode.Create().Display)).ShouldBe(PeopleRefusals.Unknown);
        (await Add(person.UserCode.Display, landscape.Today.AddDays(9), landscape.Today.AddDays(3))).ShouldBe(HrRefusals.PeriodInvalid);
        (await Add(person.UserCode.Display, null, landscape.Today.AddDays(-1))).ShouldBe(HrRefusals.PeriodInvalid);
        (await Add(person.UserCode.Display.ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal))).ShouldBeNull();
        (await Add(person.UserCode.Display, landscape.Today.AddDays(5))).ShouldBe(HrRefusals.AlreadyEmployed);

        var record = await database.As<ReadCustomerRecord>(manager.Id).RunAsync(customer.Id, None);
        await database.As<ArchiveCustomer>(manager.Id).RunAsync(new(customer.Id, record.Version), None);
        (await Add((await landscape.PersonAsync()).UserCode.Display)).ShouldBe(CrmRefusals.Archived);
    }

    [Fact]
    public async Task A_giver_passes_on_only_what_he_holds_there_and_giving_again_adds()
    {
        var (customer, _, receiver) = await PlaceAsync();
        var elsewhere = await landscape.CustomerAsync();
        var giver = await landscape.EmployeeAsync(customer.Id, Ability.GiveExecutionManagerRole);
        await landscape.EmployAsync(elsewhere.Id, giver.Id, Ability.GiveExecutionManagerRole, Ability.CreateExecutions);

        (await TryAsync(() => GiveAsync(giver.Id, receiver, customer.Id, Role.ExecutionManager, [Ability.CreateExecutions]))).ShouldBe(HrRefusals.AbilityNotHeld);
        (await TryAsync(() => GiveAsync(giver.Id, giver, customer.Id, Role.ExecutionManager, []))).ShouldBe(HrRefusals.NotToOneself);
        (await TryAsync(() => GiveAsync(giver.Id, receiver, elsewhere.Id, Role.ExecutionManager, []))).ShouldBe(HrRefusals.NotRunning);

        (await GiveAsync(giver.Id, receiver, customer.Id, Role.ExecutionManager, [])).IsNew.ShouldBeTrue();
        var more = await GiveAsync(landscape.Administrator.Id, receiver, customer.Id, Role.ExecutionManager, [Ability.CreateExecutions, Ability.ReverseExecutions]);
        (more.IsNew, more.Added.Count).ShouldBe((false, 2));
        (await GiveAsync(landscape.Administrator.Id, receiver, customer.Id, Role.ExecutionManager, [Ability.CreateExecutions])).Added.ShouldBeEmpty();
        (await RolesAsync(receiver.Id)).ShouldHaveSingleItem().Abilities.Select(held => held.Ability).ShouldBe([Ability.CreateExecutions, Ability.ReverseExecutions], ignoreOrder: true);
    }

    [Fact]
    public async Task Giving_a_role_needs_a_fresh_touch()
    {
        var (customer, _, receiver) = await PlaceAsync();
        (await TryAsync(() => database.As<GiveRole>(landscape.Administrator.Id)
            .RunAsync(new(receiver.UserCode.Display, customer.Id, Role.CustomerManager, [], "Test"), None))).ShouldBe(KeyRefusals.FreshTouchNeeded);
    }

    [Fact]
    public async Task A_gift_never_outlasts_the_givers_own_right()
    {
        var (customer, _, receiver) = await PlaceAsync();
        var giver = await landscape.PersonAsync();
        var last = landscape.Today.AddDays(10);
        await database.As<AddEmployee>(landscape.Administrator.Id).RunAsync(new(giver.UserCode.Display, customer.Id, null, last), None);
        await GiveAsync(landscape.Administrator.Id, giver, customer.Id, Role.CustomerManager, [Ability.GiveCustomerManagerRole]);

        (await TryAsync(() => GiveAsync(giver.Id, receiver, customer.Id, Role.CustomerManager, [], last.AddDays(1)))).ShouldBe(HrRefusals.EndTooLate);
        await GiveAsync(giver.Id, receiver, customer.Id, Role.CustomerManager, []);
        (await RolesAsync(receiver.Id)).ShouldHaveSingleItem().EndsOn.ShouldBe(last);
    }

    [Fact]
    public async Task Ending_a_contract_ends_its_roles_and_keys_and_a_new_one_begins_without_them()
    {
        var (customer, contract, person) = await PlaceAsync(Ability.CreateApiKeys, Ability.GiveApiKeyManagerRole);
        await AddKeyAsync(customer.Id, person.Id);
        var (_, _, other) = await PlaceAsync(at: customer);
        await GiveAsync(person.Id, other, customer.Id, Role.ApiKeyManager, [Ability.CreateApiKeys]);
        var manager = await landscape.EmployeeAsync(customer.Id, Ability.EndContracts, Ability.AddEmployees);

        var consequences = await database.As<ReadEndConsequences>(manager.Id).RunAsync(new(contract.Id, null), None);
        consequences.Roles.ShouldBe([Role.ApiKeyManager]);
        consequences.GivenOnward.ShouldHaveSingleItem().PersonName.ShouldBe(other.DisplayName);
        consequences.Lost.Keys.ShouldHaveSingleItem().ShouldSatisfyAllConditions(key => key.Name.ShouldBe("Robot"), key => key.Stops.ShouldBeTrue());

        var seen = await database.As<ReadEmployee>(manager.Id).RunAsync(contract.Id, None);
        await database.As<EndContract>(manager.Id).RunAsync(new(contract.Id, "Moved on", seen.Version, true), None);
        (await TryAsync(() => database.As<EndContract>(manager.Id).RunAsync(new(contract.Id, "Again", seen.Version, true), None))).ShouldNotBeNull();

        (await database.As<Access>(person.Id).GrantsAsync(None)).All.ShouldBeEmpty();
        (await RolesAsync(other.Id)).ShouldHaveSingleItem().EndReason.ShouldBe("Moved on");
        (await TryAsync(() => GiveAsync(landscape.Administrator.Id, person, customer.Id, Role.ApiKeyManager, []))).ShouldBe(HrRefusals.NotRunning);

        var again = await database.As<AddEmployee>(manager.Id).RunAsync(new(person.UserCode.Display, customer.Id), None);
        again.ShouldNotBe(contract.Id);
        (await database.As<Access>(person.Id).GrantsAsync(None)).Holds(Ability.CreateApiKeys).ShouldBeFalse();
        await using var db = database.Open();
        (await db.ApiKeys.SingleAsync(key => key.OwnerId == person.Id)).RevokedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task The_last_key_manager_stays()
    {
        var administrator = landscape.Administrator.Id;
        await using var db = database.Open();
        var contract = await db.EmployeeContracts.Include(found => found.Roles).SingleAsync(found => found.PersonId == administrator);
        var role = contract.Roles.Single(held => held.Role == Role.KeyManager);

        (await TryAsync(() => database.As<EndRole>(administrator).RunAsync(new(role.Id, Role.KeyManager, "Test", db.VersionOf(role)), None))).ShouldBe(HrRefusals.LastKeyManager);
        (await TryAsync(() => database.As<EndContract>(administrator).RunAsync(new(contract.Id, "Test", db.VersionOf(contract), false), None))).ShouldBe(HrRefusals.LastKeyManager);

        var second = await landscape.EmployeeAsync(landscape.Operator.Id, Ability.CreateKeys);
        var secondRole = (await RolesAsync(second.Id)).Single();
        await database.As<EndRole>(administrator).RunAsync(new(secondRole.Id, Role.KeyManager, "Not needed", await VersionAsync(secondRole.Id)), None);
    }

    [Fact]
    public async Task Explanations_name_the_giver_the_contract_and_the_end()
    {
        var (customer, contract, person) = await PlaceAsync();
        var giver = await landscape.EmployeeAsync(customer.Id, Ability.GiveCustomerManagerRole, Ability.EditCustomer, Ability.ViewEmployees);
        await GiveAsync(giver.Id, person, customer.Id, Role.CustomerManager, [Ability.EditCustomer], landscape.Today.AddDays(3));

        var reasons = await database.As<ExplainGrants>(giver.Id).RunAsync(contract.Id, None);

        var edit = reasons.Single(reason => reason.Ability == Ability.EditCustomer);
        (edit.Role, edit.GivenBy, edit.ContractCustomer, edit.Until).ShouldBe((Role.CustomerManager, giver.DisplayName, customer.Name, landscape.Today.AddDays(3)));
        reasons.Select(reason => reason.Ability).ShouldContain(Ability.RunPrograms);
        var holders = await database.As<ListAbilityHolders>(giver.Id).RunAsync(customer.Id, None);
        holders.ShouldContain(reason => reason.Ability == Ability.AddEmployees && reason.Person == landscape.Administrator.Id && reason.Everywhere);
        holders.ShouldNotContain(reason => reason.Ability == Ability.RunPlatform);
    }

    [Fact]
    public async Task Who_lacks_an_ability_is_told_who_can_give_it()
    {
        var (customer, _, person) = await PlaceAsync();
        var giver = await landscape.EmployeeAsync(customer.Id, Ability.GiveTimeAccountManagerRole, Ability.OpenTimeAccounts);
        var without = await landscape.EmployeeAsync(customer.Id, Ability.GiveTimeAccountManagerRole);

        var names = await database.As<WhoCanGive>(person.Id).RunAsync(Ability.OpenTimeAccounts, None);

        names.ShouldBe([giver.DisplayName, landscape.Administrator.DisplayName]);
        names.ShouldNotContain(without.DisplayName);
        var stranger = await landscape.PersonAsync();
        (await database.As<WhoCanGive>(stranger.Id).RunAsync(Ability.CreateKeys, None)).ShouldBe([landscape.Administrator.DisplayName]);
    }

    [Fact]
    public async Task The_list_finds_by_name_and_by_part_of_the_code_and_sorts()
    {
        var (customer, contract, person) = await PlaceAsync();
        await landscape.EndAsync(await landscape.EmployAsync(customer.Id, (await landscape.PersonAsync("Zora Former")).Id));
        var manager = await landscape.EmployeeAsync(customer.Id, Ability.ViewEmployees);
        async Task<IReadOnlyList<ListEmployees.Row>> List(string? search, bool all, string? sort = null) =>
            (await database.As<ListEmployees>(manager.Id).RunAsync(new(customer.Id, search, all, new PageRequest(Sort: sort)), None)).Rows;

        (await List(person.UserCode.Display[..9], false)).ShouldHaveSingleItem().Id.ShouldBe(contract.Id);
        (await List("zora", false)).ShouldBeEmpty();
        (await List("zora", true)).ShouldHaveSingleItem().State.ShouldBe(ContractState.Ended);
        foreach (var sort in new[] { "person", "customer", "since", "until" })
        {
            (await List(null, true, sort)).Count.ShouldBe(3);
        }
    }

    [Fact]
    public async Task The_profile_tells_everything_also_to_somebody_without_a_contract()
    {
        var (customer, contract, person) = await PlaceAsync(Ability.EditCustomer);
        await landscape.EndAsync(contract);
        await landscape.EmployAsync(customer.Id, person.Id, Ability.ViewEmployees);

        var profile = await database.As<ReadProfile>(person.Id).RunAsync(None);
        profile.Contracts.Select(own => own.State).ShouldBe([ContractState.Running, ContractState.Ended]);
        profile.Contracts[1].Roles.ShouldHaveSingleItem().Abilities.ShouldHaveSingleItem().GivenBy.ShouldBe(landscape.Administrator.DisplayName);

        await database.As<RenameOneself>(person.Id).RunAsync("  Neu  ", profile.Version, None);
        (await TryAsync(() => database.As<RenameOneself>(person.Id).RunAsync("Late", profile.Version, None))).ShouldBe(CommonRefusals.ChangedMeanwhile);
        (await database.As<ReadProfile>(person.Id).RunAsync(None)).DisplayName.ShouldBe("Neu");
        (await database.As<ReadProfile>((await landscape.PersonAsync()).Id).RunAsync(None)).Contracts.ShouldBeEmpty();
    }

    private async Task<(Customer Customer, EmployeeContract Contract, Person Person)> PlaceAsync(params Ability[] abilities) => await PlaceAsync(null, abilities);

    private async Task<(Customer Customer, EmployeeContract Contract, Person Person)> PlaceAsync(Customer? at, params Ability[] abilities)
    {
        var customer = at ?? await landscape.CustomerAsync();
        var person = await landscape.PersonAsync();
        return (customer, await landscape.EmployAsync(customer.Id, person.Id, abilities), person);
    }

    private async Task<GiveRole.Result> GiveAsync(PersonId giver, Person receiver, CustomerId customer, Role role, Ability[] abilities, DateOnly? endsOn = null) =>
        await (await database.AsTouchedAsync<GiveRole>(giver)).RunAsync(new(receiver.UserCode.Display, customer, role, abilities, "Test", endsOn), None);

    private async Task<List<RoleContract>> RolesAsync(PersonId person)
    {
        await using var db = database.Open();
        return (await db.EmployeeContracts.Where(contract => contract.PersonId == person).Include(contract => contract.Roles).ThenInclude(role => role.Abilities).ToListAsync())
            .SelectMany(contract => contract.Roles).ToList();
    }

    private async Task<uint> VersionAsync(RoleContractId id)
    {
        await using var db = database.Open();
        return db.VersionOf((await db.RoleContracts.FindAsync(id))!);
    }

    private async Task AddKeyAsync(CustomerId customer, PersonId owner)
    {
        await using var db = database.Open();
        db.Add(ApiKey.Create(customer, owner, new("Robot", [Ability.RunPrograms], [], null), ApiKeySecret.Create(), owner, database.Clock.GetUtcNow()));
        await db.SaveChangesAsync();
    }

    private static async Task<Refusal?> TryAsync(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (Refused refused)
        {
            return refused.Refusal;
        }
    }
}
