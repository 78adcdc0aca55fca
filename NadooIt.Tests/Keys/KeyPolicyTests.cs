using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Crm;
using NadooIt.Data.Hr;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Keys;

/// <summary>Roles that take only some models of security keys. Each test uses roles of its own, since policies hold everywhere.</summary>
public sealed class KeyPolicyTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Guid Good = new("cb69481e-8ff7-4039-93ec-0a2729a154a8");
    private static readonly Guid Other = new("fbfc3007-154e-4ecc-8c0b-6e020557d7bd");
    private static int next;

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(ListKeyPolicies), Ability.RunPlatform, async (database, person, _) => await database.As<ListKeyPolicies>(person).RunAsync(None)),
        new(typeof(AllowKeyModel), Ability.RunPlatform, async (database, person, _) =>
            await (await database.AsTouchedAsync<AllowKeyModel>(person)).RunAsync(new(Role.WorkflowManager, Number(), "Test"), None)),
        new(typeof(DisallowKeyModel), Ability.RunPlatform, async (database, person, _) =>
        {
            var model = await RuleAsync(database, Role.WorkflowManager);
            await (await database.AsTouchedAsync<DisallowKeyModel>(person)).RunAsync(Role.WorkflowManager, model, None);
        }),
    ];

    public static TheoryData<string> Rows() => PermissionTable.Names(Permissions);

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Only_the_right_ability_opens_it(string name)
    {
        await PermissionTable.CheckAsync(database, Permissions.Single(row => row.Name == name));
        await using var db = database.Open();
        await db.AllowedKeyModels.Where(rule => rule.Role == Role.WorkflowManager).ExecuteDeleteAsync();
    }

    [Fact]
    public void A_role_without_models_takes_every_key_and_several_roles_take_what_all_of_them_take()
    {
        var now = database.Clock.GetUtcNow();
        KeyPolicy.Any.Fits(null).ShouldBeTrue();
        var both = new KeyPolicy([Rule(Role.KeyManager, Good), Rule(Role.KeyManager, Other), Rule(Role.Auditor, Good)]);
        (both.Fits(Good), both.Fits(Other), both.Fits(null), both.Fits(Guid.Empty)).ShouldBe((true, false, false, false));
        both.Fitting.ShouldBe([Good.ToString()]);
        var contradiction = new KeyPolicy([Rule(Role.KeyManager, Other), Rule(Role.Auditor, Good)]);
        (contradiction.Fits(Good), contradiction.Fits(Other), contradiction.Fitting.Count).ShouldBe((false, false, 0));
        Should.Throw<Refused>(() => both.Require(Other, KeyRefusals.ModelNotAllowed)).Details.ShouldBe([Good.ToString()]);
        Should.Throw<Refused>(() => Rule(Role.Auditor, Guid.Empty)).Refusal.ShouldBe(KeyRefusals.ModelInvalid);

        AllowedKeyModel Rule(Role role, Guid model) => AllowedKeyModel.Allow(role, model, model.ToString(), database.Landscape.Administrator.Id, now);
    }

    [Fact]
    public async Task Enrolment_takes_only_what_the_persons_roles_take()
    {
        await RuleAsync(database, Role.ExecutionManager, Good);
        var customer = (await database.Landscape.CustomerAsync()).Id;
        var (manager, plain) = (await InvitedAsync(), await InvitedAsync());
        await database.Landscape.EmployAsync(customer, manager.Person, Ability.CreateExecutions);
        await database.Landscape.EmployAsync(customer, plain.Person, Ability.OpenTimeAccounts);

        var refused = await Should.ThrowAsync<Refused>(() => EnrolAsync(manager, Other));
        (refused.Refusal, refused.Details[0]).ShouldBe((KeyRefusals.ModelNotAllowed, "Test"));
        (await RefusedAsync(() => EnrolAsync(manager, null))).ShouldBe(KeyRefusals.ModelNotAllowed);
        await EnrolAsync(manager, Good);
        await EnrolAsync(plain, Other);
    }

    [Fact]
    public async Task A_role_is_given_only_to_people_whose_keys_it_takes()
    {
        await RuleAsync(database, Role.CustomerProgramManager, Good);
        var customer = (await database.Landscape.CustomerAsync()).Id;
        var giver = (await database.Landscape.EmployeeAsync(customer, Ability.GiveCustomerProgramManagerRole, Ability.GiveTimeAccountManagerRole)).Id;
        var receiver = await database.Landscape.EmployeeAsync(customer);
        await KeyAsync(receiver.Id, Good);
        var misfit = await KeyAsync(receiver.Id, Other);

        var refused = await Should.ThrowAsync<Refused>(() => GiveAsync(receiver, Role.CustomerProgramManager));
        (refused.Refusal, refused.Details[0]).ShouldBe((KeyRefusals.KeysDoNotFit, "Test"));
        await GiveAsync(receiver, Role.TimeAccountManager);

        await using (var db = database.Open())
        {
            (await db.SecurityKeys.SingleAsync(key => key.Id == misfit)).Remove(KeyRemoval.ByOwner, database.Clock.GetUtcNow());
            await db.SaveChangesAsync();
        }

        await GiveAsync(receiver, Role.CustomerProgramManager);
        await GiveAsync(await database.Landscape.EmployeeAsync(customer), Role.CustomerProgramManager);

        async Task GiveAsync(Person to, Role role) =>
            await (await database.AsTouchedAsync<GiveRole>(giver)).RunAsync(new(to.UserCode.Display, customer, role, [], "Test"), None);
    }

    [Fact]
    public async Task Keys_that_are_there_go_on_and_are_shown_as_not_fitting()
    {
        var customer = (await database.Landscape.CustomerAsync()).Id;
        var holder = (await database.Landscape.EmployeeAsync(customer, Ability.EditCustomer)).Id;
        var (fits, misfit) = (await KeyAsync(holder, Good), await KeyAsync(holder, Other));
        (await database.As<ListOwnKeys>(holder).RunAsync(None)).ShouldAllBe(key => key.WouldFit == null);

        await RuleAsync(database, Role.CustomerManager, Good);

        var own = (await database.As<ListOwnKeys>(holder).RunAsync(None)).ToDictionary(key => key.Id);
        (own[fits].WouldFit, own[misfit].WouldFit![0], own[misfit].Model).ShouldBe((null, "Test", "iCloud Keychain"));
        var administrator = database.Landscape.Administrator.Id;
        (await database.As<ReadPerson>(administrator).RunAsync(holder, None)).Keys.ToDictionary(key => key.Id, key => key.Fits)
            .ShouldBe(new Dictionary<SecurityKeyId, bool> { [fits] = true, [misfit] = false }, ignoreOrder: true);
        (await database.As<ListKeys>(administrator).RunAsync(new(KeyInventoryState.Active, null, new(Size: 200)), None)).Page.Rows
            .Where(row => row.Person == holder).Select(row => row.Fits).ShouldBe([true, false], ignoreOrder: true);
        (await database.As<ListKeyPolicies>(administrator).RunAsync(None)).Single(row => row.Role == Role.CustomerManager).PeopleWithOthers.ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_creates_a_customer_gets_no_role_past_its_policy()
    {
        await RuleAsync(database, Role.EmployeeManager, Good);
        var creator = (await database.Landscape.EmployeeAsync(database.Landscape.Operator.Id, Ability.CreateCustomers)).Id;
        await KeyAsync(creator, Other);

        (await RefusedAsync(() => CreateAsync("Strict", lookAfterIt: true))).ShouldBe(KeyRefusals.KeysDoNotFit);
        await CreateAsync("Loose", lookAfterIt: false);

        Task CreateAsync(string name, bool lookAfterIt) => database.As<CreateCustomer>(creator).RunAsync(new(name, lookAfterIt, true, "Test"), None);
    }

    [Fact]
    public async Task A_policy_asks_for_a_fresh_touch_and_stands_once()
    {
        var administrator = database.Landscape.Administrator.Id;
        (await RefusedAsync(() => database.As<AllowKeyModel>(administrator).RunAsync(new(Role.WebsiteManager, Number(), "Test"), None))).ShouldBe(KeyRefusals.FreshTouchNeeded);
        var allow = await database.AsTouchedAsync<AllowKeyModel>(administrator);
        await allow.RunAsync(new(Role.WebsiteManager, Good.ToString("N"), "Test"), None);
        (await RefusedAsync(() => allow.RunAsync(new(Role.WebsiteManager, Good.ToString(), "Again"), None))).ShouldBe(KeyRefusals.ModelInvalid);
        (await RefusedAsync(() => allow.RunAsync(new(Role.WebsiteManager, "no model", "Test"), None))).ShouldBe(KeyRefusals.ModelInvalid);
        (await RefusedAsync(() => database.As<DisallowKeyModel>(administrator).RunAsync(Role.WebsiteManager, Good, None))).ShouldBe(KeyRefusals.FreshTouchNeeded);
        var disallow = await database.AsTouchedAsync<DisallowKeyModel>(administrator);
        await disallow.RunAsync(Role.WebsiteManager, Good, None);
        (await RefusedAsync(() => disallow.RunAsync(Role.WebsiteManager, Good, None))).ShouldBe(CommonRefusals.NotFound);
    }

    private static string Number() => $"00000000-0000-4000-8000-{Interlocked.Increment(ref next):x12}";

    private static async Task<Guid> RuleAsync(TestDatabase database, Role role, Guid? model = null)
    {
        var rule = AllowedKeyModel.Allow(role, model ?? new Guid(Number()), "Test", database.Landscape.Administrator.Id, database.Clock.GetUtcNow());
        await using var db = database.Open();
        db.Add(rule);
        await db.SaveChangesAsync();
        return rule.Model;
    }

    private static async Task<Refusal> RefusedAsync(Func<Task> call) => (await Should.ThrowAsync<Refused>(call)).Refusal;

    private static Credential CredentialOf(Guid? model) => new(
        Guid.Parse(Number()).ToByteArray(), [1], 0, ["usb"], true, false, false, [], [], model, SecurityKeyKind.SecurityKey);

    private Task<RegisterPerson.Result> InvitedAsync() => database.As<RegisterPerson>(database.Landscape.Administrator.Id).RunAsync(new("Grace", null), None);

    private Task<UserCode> EnrolAsync(RegisterPerson.Result invited, Guid? model) =>
        database.As<CompleteEnrolment>((PersonId?)null).RunAsync(new(invited.EnrolmentToken, invited.Person, "Key", CredentialOf(model)), None);

    private async Task<SecurityKeyId> KeyAsync(PersonId person, Guid? model)
    {
        var key = SecurityKey.Register(person, "Key", CredentialOf(model), database.Clock.GetUtcNow());
        await using var db = database.Open();
        db.Add(key);
        await db.SaveChangesAsync();
        return key.Id;
    }
}
