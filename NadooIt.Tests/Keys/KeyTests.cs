using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Data.Notices;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Notices;
using NadooIt.Domain.People;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Keys;

public sealed class KeyTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static byte next = 100;

    private PersonId Administrator => database.Landscape.Administrator.Id;

    public static Credential Credential(byte number) =>
        new([number, 1, 2, 3], [1], 0, ["usb"], true, false, false, [], [], null, SecurityKeyKind.SecurityKey);

    [Fact]
    public async Task A_registered_person_enrols_once()
    {
        var registered = await database.As<RegisterPerson>(Administrator).RunAsync(new(" Grace ", null), default);
        var owner = await database.As<ReadEnrolment>((PersonId?)null).RunAsync(registered.EnrolmentToken, default);
        owner.ShouldBe(new KeyOwner(registered.Person, registered.UserCode, "Grace"));

        await EnrolAsync(registered.EnrolmentToken, owner.Id);
        (await RefusalOf(() => EnrolAsync(registered.EnrolmentToken, owner.Id))).ShouldBe(KeyRefusals.EnrolmentClosed);

        await using var db = database.Open();
        (await db.Enrolments.SingleAsync(enrolment => enrolment.PersonId == owner.Id)).TokenHash.ShouldNotBe(System.Text.Encoding.UTF8.GetBytes(registered.EnrolmentToken));
        (await db.AuditEntries.Where(entry => entry.After != null).Select(entry => entry.After!).ToListAsync()).ShouldNotContain(values => values.Contains(registered.UserCode.Value));
    }

    [Fact]
    public async Task Of_two_answers_to_one_link_one_counts()
    {
        var registered = await RegisterAsync();
        var refusals = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => RefusalOf(() => EnrolAsync(registered.EnrolmentToken, registered.Person))));

        refusals.Count(refusal => refusal is null).ShouldBe(1);
        refusals.Where(refusal => refusal is not null).ShouldAllBe(refusal => refusal == KeyRefusals.EnrolmentClosed);
    }

    [Fact]
    public async Task A_new_link_withdraws_the_old_one()
    {
        var registered = await RegisterAsync();
        var again = await database.As<InviteToEnrol>(Administrator).RunAsync(registered.Person, default);

        (await RefusalOf(() => EnrolAsync(registered.EnrolmentToken, registered.Person))).ShouldBe(KeyRefusals.EnrolmentClosed);
        await EnrolAsync(again.EnrolmentToken, registered.Person);
    }

    [Fact]
    public async Task A_link_is_refused_while_somebody_else_is_signed_in()
    {
        var registered = await RegisterAsync();
        var refusal = await RefusalOf(() => database.As<ReadEnrolment>(Administrator).RunAsync(registered.EnrolmentToken, default));
        refusal.ShouldBe(KeyRefusals.EnrolmentForSomebodyElse);
    }

    [Fact]
    public async Task A_key_belongs_to_one_person_for_ever()
    {
        var number = next++;
        var one = await RegisterAsync();
        var other = await RegisterAsync();
        await EnrolAsync(one.EnrolmentToken, one.Person, number);
        (await RefusalOf(() => EnrolAsync(other.EnrolmentToken, other.Person, number))).ShouldBe(KeyRefusals.AlreadyRegistered);
    }

    [Fact]
    public async Task An_imported_code_is_taken_once()
    {
        var imported = await database.As<RegisterPerson>(Administrator).RunAsync(new("Old", "aB3xY9"), default);
        imported.UserCode.Value.ShouldBe("aB3xY9");
        (await RefusalOf(() => database.As<RegisterPerson>(Administrator).RunAsync(new("Old", "aB3xY9"), default))).ShouldBe(PeopleRefusals.UserCodeTaken);
        (await RefusalOf(() => database.As<RegisterPerson>(Administrator).RunAsync(new("Old", "not a code"), default))).ShouldBe(PeopleRefusals.UserCodeInvalid);
        (await database.As<RegisterPerson>(Administrator).RunAsync(new("Old", "ab3xy9"), default)).UserCode.Value.ShouldBe("ab3xy9");
    }

    [Fact]
    public async Task Only_key_managers_register()
    {
        var stranger = await database.Landscape.PersonAsync();
        await Should.ThrowAsync<AccessDenied>(() => database.As<RegisterPerson>(stranger.Id).RunAsync(new("Eve", null), default));
        await Should.ThrowAsync<NotSignedIn>(() => database.As<RegisterPerson>((PersonId?)null).RunAsync(new("Eve", null), default));
        await Should.ThrowAsync<AccessDenied>(() => database.As<ListPeople>(stranger.Id).RunAsync(new(null, false, new()), default));
    }

    [Fact]
    public async Task The_last_key_stays_and_removing_ends_the_other_sessions()
    {
        var (person, first) = await SignedInAsync();
        var second = await BeginSessionAsync(person);
        var caller = new Caller(person, first, null, null);
        var keys = await database.As<ListOwnKeys>(caller).RunAsync(default);
        (await RefusalOf(() => database.As<RemoveOwnKey>(caller).RunAsync(keys.Single().Id, default))).ShouldBe(KeyRefusals.LastKey);

        await database.As<AddOwnKey>(caller).RunAsync(new("Second", Credential(next++)), default);
        (await database.As<Access>(new Caller(person, second, null, null)).IsSignedInAsync(default)).ShouldBeFalse();
        (await database.As<Access>(caller).IsSignedInAsync(default)).ShouldBeTrue();

        await database.As<RemoveOwnKey>(caller).RunAsync(keys.Single().Id, default);
        (await database.As<ListOwnKeys>(caller).RunAsync(default)).Single().Name.ShouldBe("Second");
        (await database.As<ListNotices>(caller).RunAsync(new(false, new()), default)).Rows.Select(notice => notice.Kind)
            .ShouldBe([NoticeKind.KeyAdded, NoticeKind.KeyRemoved], ignoreOrder: true);
    }

    [Fact]
    public async Task A_person_has_only_so_many_keys()
    {
        var (person, session) = await SignedInAsync();
        var caller = new Caller(person, session, null, null);
        for (var number = 1; number < SecurityKey.MostPerPerson; number++)
        {
            await database.As<AddOwnKey>(caller).RunAsync(new($"Key {number}", Credential(next++)), default);
        }

        (await RefusalOf(() => database.As<AddOwnKey>(caller).RunAsync(new("One too many", Credential(next++)), default))).ShouldBe(KeyRefusals.TooMany);
    }

    [Fact]
    public async Task What_is_delicate_needs_a_fresh_touch()
    {
        var (person, session) = await SignedInAsync();
        var caller = new Caller(person, session, null, null);
        database.Clock.Advance(TimeSpan.FromMinutes(5));
        (await RefusalOf(() => database.As<AddOwnKey>(caller).RunAsync(new("Second", Credential(next++)), default))).ShouldBe(KeyRefusals.FreshTouchNeeded);
        (await RefusalOf(() => database.As<BeginAddOwnKey>(caller).RunAsync(default))).ShouldBe(KeyRefusals.FreshTouchNeeded);
    }

    [Fact]
    public async Task Nobody_ends_the_session_of_somebody_else()
    {
        var (_, session) = await SignedInAsync();
        (await RefusalOf(() => database.As<EndSession>(Administrator).RunAsync(session, default))).ShouldBe(CommonRefusals.NotFound);
    }

    [Fact]
    public async Task Deactivation_ends_sessions()
    {
        var (person, session) = await SignedInAsync();
        var before = await database.As<ReadPerson>(Administrator).RunAsync(person, default);
        (before.Sessions, before.Keys.Count).ShouldBe((1, 1));

        await database.As<DeactivatePerson>(Administrator).RunAsync(person, default);

        (await database.As<Access>(new Caller(person, session, null, null)).IsSignedInAsync(default)).ShouldBeFalse();
        var everybody = await database.As<ListPeople>(Administrator).RunAsync(new(null, true, new(Size: 200)), default);
        everybody.Rows.Single(row => row.Id == person).Status.ShouldBe(KeyStatus.Deactivated);
        (await database.As<ListPeople>(Administrator).RunAsync(new(null, false, new(Size: 200)), default)).Rows.ShouldNotContain(row => row.Id == person);
    }

    [Fact]
    public async Task Deactivation_withdraws_links()
    {
        var registered = await RegisterAsync();
        (await database.As<ReadPerson>(Administrator).RunAsync(registered.Person, default)).InvitedUntil.ShouldNotBeNull();

        await database.As<DeactivatePerson>(Administrator).RunAsync(registered.Person, default);

        (await RefusalOf(() => EnrolAsync(registered.EnrolmentToken, registered.Person))).ShouldBe(KeyRefusals.EnrolmentClosed);
    }

    [Fact]
    public async Task A_link_is_never_a_way_around_a_key()
    {
        var (person, _) = await SignedInAsync();
        var withoutKey = await RegisterAsync();

        (await RefusalOf(() => database.As<InviteToEnrol>(Administrator).RunAsync(person, default))).ShouldBe(KeyRefusals.HasKey);
        (await database.As<InviteToEnrol>(Administrator).RunAsync(withoutKey.Person, default)).EnrolmentToken.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task The_last_key_manager_stays()
    {
        (await RefusalOf(() => database.As<DeactivatePerson>(Administrator).RunAsync(Administrator, default))).ShouldBe(HrRefusals.LastKeyManager);
    }

    private Task<RegisterPerson.Result> RegisterAsync() => database.As<RegisterPerson>(Administrator).RunAsync(new("Grace", null), default);

    private Task<UserCode> EnrolAsync(string token, PersonId person, byte? number = null) =>
        database.As<CompleteEnrolment>((PersonId?)null).RunAsync(new(token, person, "Key", Credential(number ?? next++)), default);

    private async Task<(PersonId Person, SessionId Session)> SignedInAsync()
    {
        var registered = await RegisterAsync();
        await EnrolAsync(registered.EnrolmentToken, registered.Person);
        return (registered.Person, await BeginSessionAsync(registered.Person));
    }

    private async Task<SessionId> BeginSessionAsync(PersonId person)
    {
        await using var db = database.Open();
        var session = Session.Begin(person, "127.0.0.1", "Test", database.Clock.GetUtcNow());
        db.Add(session);
        await db.SaveChangesAsync();
        return session.Id;
    }

    private static async Task<Refusal?> RefusalOf(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (Refused refused)
        {
            return refused.Refusal;
        }
    }
}
