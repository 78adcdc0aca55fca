using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Executions;
using NadooIt.Data.Hr;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Notices;
using NadooIt.Domain.People;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Hr;

/// <summary>What a change takes away is shown before, because it was made and taken back; and then it is just that.</summary>
public sealed class OffboardingTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly Landscape landscape = database.Landscape;

    [Fact]
    public async Task Consequences_name_who_loses_what_and_which_programs_stop_and_leave_no_trace()
    {
        var (customer, contract, person) = await PlaceAsync(Ability.CreateApiKeys, Ability.GiveApiKeyManagerRole, Ability.ViewExecutions);
        var receiver = await landscape.EmployeeAsync(customer.Id);
        await (await database.AsTouchedAsync<GiveRole>(person.Id)).RunAsync(new(receiver.UserCode.Display, customer.Id, Role.ApiKeyManager, [Ability.CreateApiKeys], "Test"), None);
        var key = await KeyAsync(customer.Id, person.Id, Ability.RunPrograms);
        await RunAsync(customer.Id, person.Id, key, 60);
        var before = await TraceAsync();

        var alone = await ConsequencesAsync(new(contract.Id, null));
        alone.GivenOnward.ShouldHaveSingleItem().PersonName.ShouldBe(receiver.DisplayName);
        alone.Lost.Losses.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            loss => (loss.Person, loss.Customer).ShouldBe((person.DisplayName, customer.Name)),
            loss => loss.Abilities.ShouldBe([Ability.RunPrograms, Ability.SeeCustomer, Ability.ViewPrograms, Ability.ViewExecutions, Ability.ViewApiKeys, Ability.CreateApiKeys, Ability.GiveApiKeyManagerRole]));
        alone.Lost.Keys.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            stopped => stopped.Stops.ShouldBeTrue(), stopped => stopped.Programs.Count.ShouldBe(1), stopped => stopped.RunsPerDay.ShouldBe(2m));

        var both = await ConsequencesAsync(new(contract.Id, null, AlsoGivenOnward: true));
        both.Lost.Losses.Select(loss => loss.Person).ShouldBe([person.DisplayName, receiver.DisplayName], ignoreOrder: true);
        both.Lost.Losses.Single(loss => loss.Person == receiver.DisplayName).Abilities.ShouldBe([Ability.ViewApiKeys, Ability.CreateApiKeys]);

        (await TraceAsync()).ShouldBe(before);
        await landscape.EndAsync(contract);
        (await database.As<Access>(person.Id).GrantsAsync(None)).All.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_lies_outside_the_callers_reach_is_counted_and_not_named()
    {
        var (customer, contract, person) = await PlaceAsync();
        var elsewhere = await landscape.CustomerAsync();
        await landscape.EmployAsync(elsewhere.Id, person.Id);
        var manager = await landscape.EmployeeAsync(customer.Id, Ability.EndContracts);

        var consequences = await database.As<ReadOffboarding>(manager.Id).RunAsync(new(contract.Id, "", 0, AllContracts: true), None);
        (consequences.Contracts, consequences.OtherContracts, consequences.MayDeactivate).ShouldBe((1, 0, false));
        consequences.Lost.Losses.ShouldHaveSingleItem().Customer.ShouldBe(customer.Name);

        var all = await database.As<ReadOffboarding>(landscape.Administrator.Id).RunAsync(new(contract.Id, "", 0, AllContracts: true), None);
        (all.Contracts, all.OtherContracts, all.MayDeactivate).ShouldBe((2, 1, true));
        all.Lost.Losses.Select(loss => loss.Customer).ShouldBe([customer.Name, elsewhere.Name], ignoreOrder: true);
        await Should.ThrowAsync<AccessDenied>(async () => await (await database.AsTouchedAsync<Offboard>(manager.Id)).RunAsync(new(contract.Id, "Test", 0, Deactivate: true), None));
    }

    [Fact]
    public async Task One_ability_is_taken_away_and_the_role_goes_on()
    {
        var (customer, contract, person) = await PlaceAsync(Ability.EditCustomer, Ability.GiveCustomerManagerRole);
        var role = contract.Roles.Single();
        var key = await KeyAsync(customer.Id, person.Id, Ability.EditCustomer);

        var consequences = await ConsequencesAsync(new(contract.Id, Role.CustomerManager, Ability.EditCustomer));
        consequences.Roles.ShouldBeEmpty();
        consequences.Lost.Losses.ShouldHaveSingleItem().Abilities.ShouldBe([Ability.EditCustomer]);
        consequences.Lost.Keys.ShouldHaveSingleItem().ShouldSatisfyAllConditions(stopped => stopped.Stops.ShouldBeTrue(), stopped => stopped.Programs.ShouldBeEmpty());
        key.ShouldNotBe(default);

        await database.As<EndAbility>(landscape.Administrator.Id).RunAsync(new(role.Id, Role.CustomerManager, Ability.EditCustomer, "Others do that"), None);

        var grants = await database.As<Access>(person.Id).GrantsAsync(None);
        (grants.Holds(Ability.EditCustomer), grants.Holds(Ability.GiveCustomerManagerRole), grants.Holds(Ability.ViewCustomer)).ShouldBe((false, true, true));
        (await TryAsync(() => database.As<EndAbility>(landscape.Administrator.Id).RunAsync(new(role.Id, Role.CustomerManager, Ability.EditCustomer, "Again"), None))).ShouldBe(HrRefusals.ContractEnded);
        await using (var db = database.Open())
        {
            var taken = await db.TakenAbilities.SingleAsync(found => found.RoleContractId == role.Id);
            (taken.Ability, taken.GivenBy, taken.TakenBy, taken.Reason).ShouldBe((Ability.EditCustomer, landscape.Administrator.Id, landscape.Administrator.Id, "Others do that"));
            (await db.AuditEntries.CountAsync(entry => entry.Subject == nameof(RoleAbility) && entry.Action == "deleted" && entry.CustomerId == customer.Id)).ShouldBe(1);
        }

        var again = await (await database.AsTouchedAsync<GiveRole>(landscape.Administrator.Id)).RunAsync(new(person.UserCode.Display, customer.Id, Role.CustomerManager, [Ability.EditCustomer], "Back"), None);
        (again.IsNew, again.Added.Count).ShouldBe((false, 1));
        (await database.As<Access>(person.Id).GrantsAsync(None)).Holds(Ability.EditCustomer).ShouldBeTrue();
    }

    [Fact]
    public async Task The_last_key_manager_does_not_lose_the_ability_either()
    {
        await using var db = database.Open();
        var administrator = landscape.Administrator.Id;
        var contract = await db.EmployeeContracts.Include(found => found.Roles).SingleAsync(found => found.PersonId == administrator);
        var role = contract.Roles.Single(held => held.Role == Role.KeyManager);
        // Key managers of other tests are in this database too.
        await db.RoleContracts.Where(other => other.Role == Role.KeyManager && other.Id != role.Id).SelectMany(other => other.Abilities)
            .Where(held => held.Ability == Ability.CreateKeys).ExecuteDeleteAsync();

        (await TryAsync(() => database.As<EndAbility>(administrator).RunAsync(new(role.Id, Role.KeyManager, Ability.CreateKeys, "Test"), None))).ShouldBe(HrRefusals.LastKeyManager);
        (await TryAsync(() => database.As<ReadEndConsequences>(administrator).RunAsync(new(contract.Id, Role.KeyManager, Ability.CreateKeys), None))).ShouldBe(HrRefusals.LastKeyManager);
        (await TryAsync(() => database.As<ReadPersonConsequences>(administrator).RunAsync(administrator, None))).ShouldBe(HrRefusals.LastKeyManager);
    }

    [Fact]
    public async Task Deactivating_a_person_is_rehearsed_too()
    {
        var (customer, _, person) = await PlaceAsync(Ability.EditCustomer);
        await KeyAsync(customer.Id, person.Id, Ability.RunPrograms);
        _ = await database.AsTouchedAsync<Access>(person.Id);
        var before = await TraceAsync();

        var lost = await database.As<ReadPersonConsequences>(landscape.Administrator.Id).RunAsync(person.Id, None);

        lost.Sessions.ShouldBe(1);
        lost.Losses.ShouldHaveSingleItem().Abilities.ShouldContain(Ability.EditCustomer);
        lost.Keys.ShouldHaveSingleItem().Stops.ShouldBeTrue();
        (await TraceAsync()).ShouldBe(before);
        (await database.As<Access>(person.Id).IsSignedInAsync(None)).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_leaves_hands_over_what_the_receiver_may_do_in_one_step_with_everything_else()
    {
        var (customer, contract, leaver) = await PlaceAsync(Ability.GiveCustomerManagerRole, Ability.EditCustomer, Ability.ViewTimeAccounts);
        var receiver = await landscape.EmployeeAsync(customer.Id, Ability.ViewTimeAccounts);
        var asker = await landscape.EmployeeAsync(customer.Id);
        var asked = await database.As<AskForAccess>(asker.Id).RunAsync(new(Ability.EditCustomer, customer.Id, ""), None);
        var account = await landscape.TimeAccountAsync(customer.Id);
        var elsewhere = await landscape.TimeAccountAsync((await landscape.CustomerAsync()).Id);
        await TellAsync(leaver, NoticeKind.TimeAccountLow, account.Id.Value, account.Name, customer.Name, "5");
        await TellAsync(leaver, NoticeKind.TimeAccountLow, elsewhere.Id.Value, elsewhere.Name, "Foreign", "5");
        var own = await database.As<AskForAccess>(leaver.Id).RunAsync(new(Ability.CreateApiKeys, customer.Id, ""), None);
        var key = await KeyAsync(customer.Id, leaver.Id, Ability.RunPrograms);
        var input = new Offboard.Input(contract.Id, "Moved on", await VersionAsync(contract.Id), HandOverTo: receiver.Id);

        var shown = await database.As<ReadOffboarding>(landscape.Administrator.Id).RunAsync(input, None);
        (shown.HandedOver, shown.PutAside).ShouldBe((1, 1));
        shown.Receivers.Select(found => found.Person).ShouldBe([receiver.Id, asker.Id], ignoreOrder: true);
        (await InboxAsync(receiver)).ShouldBeEmpty();

        var done = await database.As<Offboard>(landscape.Administrator.Id).RunAsync(input, None);

        (done.Contracts, done.HandedOver, done.PutAside).ShouldBe((1, 1, 1));
        (await InboxAsync(receiver)).ShouldHaveSingleItem().Subject.ShouldBe(account.Id.Value);
        (await InboxAsync(leaver)).ShouldHaveSingleItem().Subject.ShouldBe(elsewhere.Id.Value, "what belongs to another customer waits there");
        (await database.As<Access>(leaver.Id).GrantsAsync(None)).All.ShouldBeEmpty();
        await using var db = database.Open();
        (await db.ApiKeys.SingleAsync(found => found.Id == key)).RevokedAt.ShouldNotBeNull();
        (await db.AccessRequests.SingleAsync(found => found.Id == own)).Outcome.ShouldBe(AccessRequestState.Lapsed);
        (await db.AccessRequests.SingleAsync(found => found.Id == asked)).Outcome.ShouldBeNull("others still decide it");
        var entry = await db.AuditEntries.SingleAsync(found => found.Subject == nameof(EmployeeContract) && found.SubjectId == contract.Id.ToString() && found.Action == "changed");
        (entry.PersonId, entry.Purpose, entry.Ability).ShouldBe((landscape.Administrator.Id, "offboard a person", Ability.EndContracts));
    }

    [Fact]
    public async Task A_key_manager_who_leaves_hands_over_proposals_and_loses_every_way_in()
    {
        var home = landscape.Operator.Id;
        var (leaver, receiver, lost) = (await landscape.PersonAsync(), await landscape.EmployeeAsync(home, Ability.CreateKeys), await landscape.PersonAsync());
        var contract = await landscape.EmployAsync(home, leaver.Id, Ability.CreateKeys);
        var other = await landscape.EmployAsync((await landscape.CustomerAsync()).Id, leaver.Id);
        var recovery = KeyRecovery.Propose(lost.Id, leaver.Id, "Lost on the train", database.Clock.GetUtcNow());
        await using (var db = database.Open())
        {
            db.Add(recovery);
            await db.SaveChangesAsync(None);
        }

        var session = await database.AsTouchedAsync<Access>(leaver.Id);
        var input = new Offboard.Input(contract.Id, "Moved on", await VersionAsync(contract.Id), AllContracts: true, Deactivate: true, HandOverTo: receiver.Id);
        (await TryAsync(() => database.As<Offboard>(landscape.Administrator.Id).RunAsync(input, None))).ShouldBe(KeyRefusals.FreshTouchNeeded);

        (await (await database.AsTouchedAsync<Offboard>(landscape.Administrator.Id)).RunAsync(input, None)).ShouldBe(new(2, 1, 0));

        (await session.IsSignedInAsync(None)).ShouldBeFalse();
        await using var after = database.Open();
        (await after.KeyRecoveries.SingleAsync(found => found.Id == recovery.Id)).ProposedBy.ShouldBe(receiver.Id);
        (await after.EmployeeContracts.SingleAsync(found => found.Id == other.Id)).DeactivatedAt.ShouldNotBeNull();
        (await after.People.SingleAsync(found => found.Id == leaver.Id)).IsActive.ShouldBeFalse();
        (await after.Sessions.CountAsync(found => found.PersonId == leaver.Id && found.EndedAt == null)).ShouldBe(0);
    }

    [Fact]
    public async Task It_happens_whole_or_not_at_all_and_never_to_oneself()
    {
        var (customer, contract, leaver) = await PlaceAsync(Ability.ViewTimeAccounts);
        var account = await landscape.TimeAccountAsync(customer.Id);
        await TellAsync(leaver, NoticeKind.TimeAccountLow, account.Id.Value, account.Name, customer.Name, "5");
        var stranger = await landscape.PersonAsync();
        var manager = await landscape.EmployeeAsync(customer.Id, Ability.EndContracts);
        var version = await VersionAsync(contract.Id);
        async Task<Refusal?> Try(PersonId by, Offboard.Input input) => await TryAsync(async () => await database.As<Offboard>(by).RunAsync(input, None));

        (await Try(manager.Id, new(contract.Id, "Test", version, HandOverTo: stranger.Id))).ShouldBe(HrRefusals.NotRunning);
        (await Try(manager.Id, new(contract.Id, "Test", version, HandOverTo: leaver.Id))).ShouldBe(HrRefusals.NotRunning);
        (await Try(manager.Id, new(contract.Id, " ", version))).ShouldBe(HrRefusals.ReasonInvalid);
        (await Try(manager.Id, new(contract.Id, "Test", version + 1))).ShouldBe(CommonRefusals.ChangedMeanwhile);
        await Should.ThrowAsync<AccessDenied>(() => database.As<Offboard>(leaver.Id).RunAsync(new(contract.Id, "Test", version), None));
        var (_, own, other) = await PlaceAsync(Ability.EndContracts);
        (await Try(other.Id, new(own.Id, "Test", 0))).ShouldBe(HrRefusals.NotToOneself);

        (await InboxAsync(leaver)).ShouldHaveSingleItem();
        (await database.As<Access>(leaver.Id).GrantsAsync(None)).Holds(Ability.ViewTimeAccounts).ShouldBeTrue();
        (await Try(manager.Id, new(contract.Id, "Test", version))).ShouldBeNull();
        (await InboxAsync(leaver)).ShouldBeEmpty();
    }

    private async Task<(Customer Customer, EmployeeContract Contract, Person Person)> PlaceAsync(params Ability[] abilities)
    {
        var (customer, person) = (await landscape.CustomerAsync(), await landscape.PersonAsync());
        return (customer, await landscape.EmployAsync(customer.Id, person.Id, abilities), person);
    }

    private Task<ReadEndConsequences.Result> ConsequencesAsync(ReadEndConsequences.Input input) => database.As<ReadEndConsequences>(landscape.Administrator.Id).RunAsync(input, None);

    /// <summary>What a rehearsal must not leave behind.</summary>
    private async Task<(int Running, int Roles, int Keys, int Entries, int Sessions)> TraceAsync()
    {
        await using var db = database.Open();
        return (
            await db.EmployeeContracts.CountAsync(contract => contract.DeactivatedAt == null), await db.RoleContracts.CountAsync(role => role.EndedAt == null),
            await db.ApiKeys.CountAsync(key => key.RevokedAt == null), await db.AuditEntries.CountAsync(), await db.Sessions.CountAsync(session => session.EndedAt == null));
    }

    private async Task<ApiKeyId> KeyAsync(CustomerId customer, PersonId owner, params Ability[] abilities)
    {
        var key = ApiKey.Create(customer, owner, new("Robot", abilities, [], null), ApiKeySecret.Create(), owner, database.Clock.GetUtcNow());
        await using var db = database.Open();
        db.Add(key);
        await db.SaveChangesAsync(None);
        return key.Id;
    }

    private async Task RunAsync(CustomerId customer, PersonId owner, ApiKeyId key, int times)
    {
        var program = await landscape.CustomerProgramAsync(customer);
        var record = database.As<RecordExecutionByKey>(new Caller(owner, null, key, "127.0.0.1"));
        for (var run = 0; run < times; run++)
        {
            await record.RunAsync(new(program.Id, $"run-{run}", 60, null, null), None);
        }
    }

    private async Task TellAsync(Person person, NoticeKind kind, Guid subject, params string[] words)
    {
        await using var db = database.Open();
        db.Add(Notice.Tell(person.Id, kind, subject, words, database.Clock.GetUtcNow()));
        await db.SaveChangesAsync(None);
    }

    private async Task<List<Notice>> InboxAsync(Person person)
    {
        await using var db = database.Open();
        return await db.Notices.Where(notice => notice.PersonId == person.Id && notice.DoneAt == null).ToListAsync(None);
    }

    private async Task<uint> VersionAsync(EmployeeContractId id)
    {
        await using var db = database.Open();
        return db.VersionOf((await db.EmployeeContracts.FindAsync(id))!);
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
