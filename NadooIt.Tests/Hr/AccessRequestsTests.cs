using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Hr;
using NadooIt.Data.Kernel;
using NadooIt.Data.Notices;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Notices;
using NadooIt.Domain.People;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Hr;

public sealed class AccessRequestsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly Landscape landscape = database.Landscape;

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(ReadAskingChoices), Ability.ManageOwnAccount, (database, person, _) => database.As<ReadAskingChoices>(person).RunAsync(Ability.EditCustomer, None)),
        new(typeof(ListAccessRequests), Ability.ManageOwnAccount, (database, person, _) => database.As<ListAccessRequests>(person).RunAsync(new PageRequest(), None)),
        new(typeof(AskForAccess), Ability.ManageOwnAccount, async (database, person, customer) =>
        {
            if (person is { } id)
            {
                await database.Landscape.EmployAsync(customer, id);
            }

            await database.As<AskForAccess>(person).RunAsync(new(Ability.EditCustomer, customer, ""), None);
        }),
        new(typeof(ReadAccessRequest), Ability.ManageOwnAccount, async (database, person, customer) =>
            await database.As<ReadAccessRequest>(person).RunAsync(await RequestAsync(database, person ?? default, customer, Ability.EditCustomer), None)),
        new(typeof(WithdrawAccessRequest), Ability.ManageOwnAccount, async (database, person, customer) =>
            await database.As<WithdrawAccessRequest>(person).RunAsync(await RequestAsync(database, person ?? default, customer, Ability.EditCustomer), None)),
        .. from role in Roles.All.DistinctBy(role => role.Give)
           from row in new PermissionCase[]
           {
               new(typeof(GrantAccessRequest), role.Give, async (database, person, customer) =>
               {
                   var (id, ability) = await OfRoleAsync(database, role, customer);
                   await (await database.AsTouchedAsync<GrantAccessRequest>(person)).RunAsync(new(id, ability, "Test"), None);
               }),
               new(typeof(RefuseAccessRequest), role.Give, async (database, person, customer) =>
               {
                   var (id, ability) = await OfRoleAsync(database, role, customer);
                   await database.As<RefuseAccessRequest>(person).RunAsync(new(id, ability, "Test"), None);
               }),
           }
           select row,
    ];

    public static TheoryData<string> Rows() => PermissionTable.Names(Permissions);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Only_the_right_ability_opens_it(string name) => PermissionTable.CheckAsync(database, Permissions.Single(row => row.Name == name));

    [Fact]
    public async Task Those_who_can_give_it_find_the_request_in_the_inbox_and_one_of_them_gives()
    {
        var (customer, asker) = await PlaceAsync();
        var giver = await landscape.EmployeeAsync(customer.Id, Ability.GiveCustomerManagerRole, Ability.EditCustomer);
        var second = await landscape.EmployeeAsync(customer.Id, Ability.GiveCustomerManagerRole, Ability.EditCustomer);
        var without = await landscape.EmployeeAsync(customer.Id, Ability.GiveCustomerManagerRole);

        var place = (await database.As<ReadAskingChoices>(asker.Id).RunAsync(Ability.EditCustomer, None)).Single(found => found.Customer == customer.Id);
        place.IsHeld.ShouldBeFalse();
        // Those at the customer itself stand first; the operator's people are as many as other tests made.
        place.WhoCanGive.Take(2).ShouldBe([giver.DisplayName, second.DisplayName], ignoreOrder: true);
        place.WhoCanGive.ShouldNotContain(without.DisplayName);
        var id = await AskAsync(asker, customer, "For the new address");

        foreach (var person in new[] { giver.Id, second.Id, landscape.Administrator.Id })
        {
            var told = (await InboxAsync(person)).Single(notice => notice.Subject == id.Value);
            (told.Kind, told.Words).ShouldSatisfyAllConditions(
                notice => notice.Kind.ShouldBe(NoticeKind.AccessAsked),
                notice => notice.Words.ShouldBe([asker.DisplayName, nameof(Ability.EditCustomer), customer.Name, "For the new address"]));
            (await ListAsync(person)).ToDecide.ShouldContain(row => row.Id == id);
        }

        (await InboxAsync(without.Id)).ShouldBeEmpty();
        (await ListAsync(without.Id)).ToDecide.ShouldBeEmpty();
        (await TryAsync(() => database.As<ReadAccessRequest>(without.Id).RunAsync(id, None))).ShouldBe(CommonRefusals.NotFound);
        (await ReadAsync(giver.Id, id)).ShouldSatisfyAllConditions(read => read.IsOwn.ShouldBeFalse(), read => read.State.ShouldBe(AccessRequestState.Open));

        (await TryAsync(() => database.As<GrantAccessRequest>(giver.Id).RunAsync(new(id, Ability.EditCustomer, "Fine"), None))).ShouldBe(KeyRefusals.FreshTouchNeeded);
        (await GrantAsync(giver.Id, id)).Added.ShouldBe([Ability.EditCustomer]);

        var reason = (await database.As<ExplainGrants>(landscape.Administrator.Id).RunAsync((await ReadAsync(asker.Id, id)).Contract!.Value, None)).Single(found => found.Ability == Ability.EditCustomer);
        reason.GivenBy.ShouldBe(giver.DisplayName);
        (await InboxAsync(second.Id)).ShouldBeEmpty();
        (await InboxAsync(asker.Id)).ShouldHaveSingleItem().Kind.ShouldBe(NoticeKind.AccessGranted);
        (await ListAsync(second.Id)).ToDecide.ShouldBeEmpty();
        (await ListAsync(asker.Id)).Own.Rows.ShouldHaveSingleItem().State.ShouldBe(AccessRequestState.Granted);
        (await TryAsync(() => GrantAsync(second.Id, id))).ShouldBe(AccessRequestRefusals.Closed);
        (await TryAsync(() => AskAsync(asker, customer))).ShouldBe(AccessRequestRefusals.HeldAlready);

        await using var db = database.Open();
        var entry = await db.AuditEntries.SingleAsync(found => found.Subject == nameof(AccessRequest) && found.SubjectId == id.ToString() && found.Action == "changed");
        (entry.PersonId, entry.Ability, entry.ContractId is not null).ShouldBe((giver.Id, Ability.GiveCustomerManagerRole, true));
    }

    [Fact]
    public async Task A_refusal_reaches_the_asker_with_its_reason_and_one_may_ask_again()
    {
        var (customer, asker) = await PlaceAsync();
        var id = await AskAsync(asker, customer);
        (await TryAsync(() => AskAsync(asker, customer))).ShouldBe(AccessRequestRefusals.AlreadyOpen);
        (await TryAsync(() => database.As<RefuseAccessRequest>(landscape.Administrator.Id).RunAsync(new(id, Ability.EditCustomer, " "), None))).ShouldBe(HrRefusals.ReasonInvalid);

        await database.As<RefuseAccessRequest>(landscape.Administrator.Id).RunAsync(new(id, Ability.EditCustomer, "Ada does that"), None);

        (await InboxAsync(asker.Id)).ShouldHaveSingleItem().Words[^1].ShouldBe("Ada does that");
        (await ReadAsync(asker.Id, id)).ShouldSatisfyAllConditions(read => read.Answer.ShouldBe("Ada does that"), read => read.State.ShouldBe(AccessRequestState.Refused));
        (await AskAsync(asker, customer)).ShouldNotBe(id);
    }

    [Fact]
    public async Task What_is_withdrawn_disappears_from_the_inboxes()
    {
        var (customer, asker) = await PlaceAsync();
        var giver = await landscape.EmployeeAsync(customer.Id, Ability.GiveCustomerManagerRole, Ability.EditCustomer);
        var id = await AskAsync(asker, customer);
        (await InboxAsync(giver.Id)).ShouldHaveSingleItem();
        (await TryAsync(() => database.As<WithdrawAccessRequest>(giver.Id).RunAsync(id, None))).ShouldBe(CommonRefusals.NotFound);

        await database.As<WithdrawAccessRequest>(asker.Id).RunAsync(id, None);

        (await InboxAsync(giver.Id)).ShouldBeEmpty();
        (await TryAsync(() => GrantAsync(giver.Id, id))).ShouldBe(AccessRequestRefusals.Closed);
        (await AskAsync(asker, customer)).ShouldNotBe(id);
    }

    [Fact]
    public async Task Nobody_grants_his_own_request_or_more_than_he_holds()
    {
        var (customer, _) = await PlaceAsync();
        var giver = await landscape.EmployeeAsync(customer.Id, Ability.GiveCustomerManagerRole);
        var id = await AskAsync(giver, customer);
        (await TryAsync(() => GrantAsync(giver.Id, id))).ShouldBe(CommonRefusals.NotFound);

        var other = await landscape.EmployeeAsync(customer.Id, Ability.GiveCustomerManagerRole);
        (await TryAsync(() => GrantAsync(other.Id, id))).ShouldBe(CommonRefusals.NotFound);
        (await GrantAsync(landscape.Administrator.Id, id)).Added.ShouldBe([Ability.EditCustomer]);
    }

    [Fact]
    public async Task One_asks_where_one_works_for_what_exists_there_and_somebody_can_give()
    {
        var (customer, asker) = await PlaceAsync();
        var elsewhere = await landscape.CustomerAsync();
        (await TryAsync(() => AskAsync(asker, elsewhere))).ShouldBe(HrRefusals.NotRunning);
        (await TryAsync(() => database.As<AskForAccess>(asker.Id).RunAsync(new(Ability.EditCustomer, NewId.At<CustomerId>(database.Clock.GetUtcNow()), ""), None))).ShouldBe(HrRefusals.NotRunning);
        (await TryAsync(() => database.As<AskForAccess>(asker.Id).RunAsync(new(Ability.ReadAudit, customer.Id, ""), None))).ShouldBe(AccessRequestRefusals.NotToBeGiven);
        (await database.As<ReadAskingChoices>(asker.Id).RunAsync(Ability.ReadAudit, None)).ShouldBeEmpty();

        await landscape.EmployAsync(landscape.Operator.Id, asker.Id);
        (await database.As<AskForAccess>(asker.Id).RunAsync(new(Ability.ReadAudit, landscape.Operator.Id, ""), None)).ShouldNotBe(default);
    }

    [Fact]
    public async Task A_request_ends_with_the_contract_and_is_not_granted_after_it()
    {
        var (customer, asker) = await PlaceAsync();
        var id = await AskAsync(asker, customer);
        var contract = (await ReadAsync(asker.Id, id)).Contract!.Value;
        var version = (await database.As<ReadEmployee>(landscape.Administrator.Id).RunAsync(contract, None)).Version;

        await database.As<EndContract>(landscape.Administrator.Id).RunAsync(new(contract, "Moved on", version, false), None);

        (await ReadAsync(asker.Id, id)).State.ShouldBe(AccessRequestState.Lapsed);
        (await TryAsync(() => GrantAsync(landscape.Administrator.Id, id))).ShouldBe(AccessRequestRefusals.Closed);
    }

    [Fact]
    public async Task Of_many_at_once_one_request_is_open_and_one_grant_counts()
    {
        var (customer, asker) = await PlaceAsync();
        var asked = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => TryAsync(() => AskAsync(asker, customer)))));
        asked.Count(refusal => refusal is null).ShouldBe(1);
        asked.OfType<Refusal>().ShouldAllBe(refusal => refusal == AccessRequestRefusals.AlreadyOpen);

        var id = (await ListAsync(asker.Id)).Own.Rows.ShouldHaveSingleItem().Id;
        var granted = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => TryAsync(() => GrantAsync(landscape.Administrator.Id, id)))));
        granted.Count(refusal => refusal is null).ShouldBe(1);
        granted.OfType<Refusal>().ShouldAllBe(refusal => refusal == AccessRequestRefusals.Closed || refusal == CommonRefusals.ChangedMeanwhile);
        (await InboxAsync(asker.Id)).ShouldHaveSingleItem();
    }

    private async Task<(Customer Customer, Person Asker)> PlaceAsync()
    {
        var customer = await landscape.CustomerAsync();
        return (customer, await landscape.EmployeeAsync(customer.Id));
    }

    private Task<AccessRequestId> AskAsync(Person asker, Customer customer, string why = "") =>
        database.As<AskForAccess>(asker.Id).RunAsync(new(Ability.EditCustomer, customer.Id, why), None);

    private async Task<GiveRole.Result> GrantAsync(PersonId giver, AccessRequestId id) =>
        await (await database.AsTouchedAsync<GrantAccessRequest>(giver)).RunAsync(new(id, Ability.EditCustomer, "Fine"), None);

    private Task<ReadAccessRequest.Result> ReadAsync(PersonId person, AccessRequestId id) => database.As<ReadAccessRequest>(person).RunAsync(id, None);

    private Task<ListAccessRequests.Result> ListAsync(PersonId person) => database.As<ListAccessRequests>(person).RunAsync(new PageRequest(), None);

    private async Task<IReadOnlyList<Notice>> InboxAsync(PersonId person) => (await database.As<ListNotices>(person).RunAsync(new(false, new PageRequest()), None)).Rows;

    private static async Task<AccessRequestId> RequestAsync(TestDatabase database, PersonId asker, CustomerId customer, Ability ability)
    {
        if (asker == default)
        {
            return default;
        }

        var request = AccessRequest.Ask(asker, ability, customer, "", database.Clock.GetUtcNow());
        await using var db = database.Open();
        var before = await db.AccessRequests.Where(other => other.PersonId == asker && other.Outcome == null).ToListAsync(None);
        before.ForEach(other => other.Lapse(database.Clock.GetUtcNow()));
        await db.SaveChangesAsync(None);
        db.Add(request);
        await db.SaveChangesAsync();
        return request.Id;
    }

    private static async Task<(AccessRequestId Id, Ability Ability)> OfRoleAsync(TestDatabase database, RoleDefinition role, CustomerId customer)
    {
        var place = role.AtOperatorOnly ? database.Landscape.Operator.Id : customer;
        var ability = role.View.Count > 0 ? role.View[0] : role.Give;
        return (await RequestAsync(database, (await database.Landscape.EmployeeAsync(place)).Id, place, ability), ability);
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
