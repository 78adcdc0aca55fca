using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Keys;

/// <summary>What protects the use cases that nobody has to be signed in for.</summary>
public sealed class OpenDoorsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static PersonId? Nobody => null;

    [Fact]
    public async Task Of_two_links_that_were_made_at_once_the_second_is_no_way_around_the_first_key()
    {
        var person = (await database.Landscape.PersonAsync()).Id;
        var (first, second) = (await LinkAsync(person), await LinkAsync(person));

        await EnrolAsync(first, person);

        (await RefusalOf(() => database.As<ReadEnrolment>(Nobody).RunAsync(second, None))).ShouldBe(KeyRefusals.EnrolmentClosed);
        (await RefusalOf(() => EnrolAsync(second, person))).ShouldBe(KeyRefusals.EnrolmentClosed);
    }

    [Fact]
    public async Task Of_two_links_that_are_answered_at_once_one_counts()
    {
        var person = (await database.Landscape.PersonAsync()).Id;
        var links = new[] { await LinkAsync(person), await LinkAsync(person), await LinkAsync(person) };

        var refusals = await Task.WhenAll(links.Select(link => RefusalOf(() => EnrolAsync(link, person))));

        refusals.Count(refusal => refusal is null).ShouldBe(1);
    }

    [Fact]
    public async Task A_link_serves_nobody_but_its_person_and_not_for_ever()
    {
        var (person, other) = ((await database.Landscape.PersonAsync()).Id, (await database.Landscape.PersonAsync()).Id);
        var link = await LinkAsync(person);
        (await RefusalOf(() => EnrolAsync(link, other))).ShouldBe(KeyRefusals.EnrolmentClosed);
        (await RefusalOf(() => EnrolAsync(link + "x", person))).ShouldBe(KeyRefusals.EnrolmentClosed);

        await database.Landscape.DeactivateAsync(person);
        (await RefusalOf(() => EnrolAsync(link, person))).ShouldBe(KeyRefusals.EnrolmentClosed);
    }

    [Fact]
    public async Task Only_the_own_key_of_an_active_person_signs_in()
    {
        var (person, other) = ((await database.Landscape.PersonAsync()).Id, (await database.Landscape.PersonAsync()).Id);
        var key = await KeyPermissionsTests.KeyAsync(database, person);
        var touch = KeyPermissionsTests.TouchOf(key);

        (await RefusalOf(() => SignInAsync(touch with { Person = other }))).ShouldBe(KeyRefusals.SignInFailed);
        var session = await SignInAsync(touch);
        (await RefusalOf(() => SignInAsync(touch))).ShouldBe(KeyRefusals.SignInFailed);

        (await KeepAsync(person, session)).ShouldNotBeNull();
        (await KeepAsync(other, session)).ShouldBeNull();
        await database.As<SignOut>(Nobody).RunAsync(None);
        await Should.ThrowAsync<NotSignedIn>(() => database.As<SignOut>(new Caller(other, session, null, null)).RunAsync(None));
        (await KeepAsync(person, session)).ShouldNotBeNull();

        await database.Landscape.DeactivateAsync(person);
        (await KeepAsync(person, session)).ShouldBeNull();
        (await RefusalOf(() => SignInAsync(touch with { SignCount = touch.SignCount + 1 }))).ShouldBe(KeyRefusals.SignInFailed);
    }

    [Fact]
    public async Task Set_up_is_closed_while_somebody_hands_out_keys()
    {
        (await database.As<BeginSetUp>(Nobody).RunAsync("token", "Eve", None)).ShouldBeNull();
        var eve = new KeyOwner(NewId.At<PersonId>(database.Clock.GetUtcNow()), Domain.People.UserCode.Create(), "Eve");
        (await RefusalOf(() => database.As<CompleteSetUp>(Nobody).RunAsync(
            new("token", "NADOO", eve, "Key", KeyPermissionsTests.NewCredential(), "Test"), None))).ShouldBe(KeyRefusals.SetUpClosed);
    }

    private async Task<string> LinkAsync(PersonId person)
    {
        var token = SecretText.Create();
        await using var db = database.Open();
        db.Add(Enrolment.Invite(person, SecretText.Hash(token), database.Landscape.Administrator.Id, database.Clock.GetUtcNow()));
        await db.SaveChangesAsync();
        return token;
    }

    private Task<Domain.People.UserCode> EnrolAsync(string token, PersonId person) =>
        database.As<CompleteEnrolment>(Nobody).RunAsync(new(token, person, "Key", KeyPermissionsTests.NewCredential()), None);

    private Task<SessionId> SignInAsync(KeyTouch touch) =>
        database.As<Data.Keys.SignIn>(Nobody).RunAsync(new(touch, "127.0.0.1", "Test", SessionLimits.Usual), None);

    private Task<string?> KeepAsync(PersonId person, SessionId session) =>
        database.As<KeepSession>(Nobody).RunAsync(new(person, session, false, SessionLimits.Usual), None);

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
