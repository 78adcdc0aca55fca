using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Keys;

/// <summary>Who may look after people and their keys, and that the own account is nobody else's.</summary>
public sealed class KeyPermissionsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(ListPeople), Ability.ViewKeys, async (database, person, _) =>
            (await database.As<ListPeople>(person).RunAsync(new(null, false, new()), None)).Rows.ShouldNotBeEmpty()),
        new(typeof(ReadPerson), Ability.ViewKeys, async (database, person, _) =>
        {
            var somebody = await database.Landscape.PersonAsync();
            (await database.As<ReadPerson>(person).RunAsync(somebody.Id, None)).Id.ShouldBe(somebody.Id);
        }),
        new(typeof(RegisterPerson), Ability.CreateKeys, async (database, person, _) =>
            (await database.As<RegisterPerson>(person).RunAsync(new("Grace", null), None)).EnrolmentToken.ShouldNotBeEmpty()),
        new(typeof(InviteToEnrol), Ability.CreateKeys, async (database, person, _) =>
            (await database.As<InviteToEnrol>(person).RunAsync((await database.Landscape.PersonAsync()).Id, None)).EnrolmentToken.ShouldNotBeEmpty()),
        new(typeof(ReadPersonConsequences), Ability.DeleteKeys, async (database, person, _) =>
            await database.As<ReadPersonConsequences>(person).RunAsync((await database.Landscape.PersonAsync()).Id, None)),
        new(typeof(DeactivatePerson), Ability.DeleteKeys, async (database, person, _) =>
            await database.As<DeactivatePerson>(person).RunAsync((await database.Landscape.PersonAsync()).Id, None)),
        new(typeof(ListKeys), Ability.ViewKeys, async (database, person, _) =>
        {
            await KeyAsync(database, (await database.Landscape.PersonAsync("Inventory")).Id);
            (await database.As<ListKeys>(person).RunAsync(new(KeyInventoryState.Active, "Inventory", new()), None)).Page.Rows.ShouldNotBeEmpty();
        }),
        new(typeof(RevokeKey), Ability.DeleteKeys, async (database, person, _) =>
        {
            var key = await KeyAsync(database, (await database.Landscape.PersonAsync()).Id);
            await (await database.AsTouchedAsync<RevokeKey>(person)).RunAsync(new(key.Id, false), None);
        }),
        new(typeof(ListOpenRecoveries), Ability.ViewKeys, async (database, person, _) =>
        {
            var lost = await RecoveryAsync(database);
            (await database.As<ListOpenRecoveries>(person).RunAsync(None)).ShouldContain(row => row.Person == lost);
        }),
        new(typeof(ProposeRecovery), Ability.CreateKeys, async (database, person, _) =>
        {
            var key = await KeyAsync(database, (await database.Landscape.PersonAsync()).Id);
            await (await database.AsTouchedAsync<ProposeRecovery>(person)).RunAsync(new(key.PersonId, "Lost"), None);
        }),
        new(typeof(ConfirmRecovery), Ability.CreateKeys, async (database, person, _) =>
            await (await database.AsTouchedAsync<ConfirmRecovery>(person)).RunAsync(await RecoveryAsync(database), None)),
        new(typeof(WithdrawRecovery), Ability.CreateKeys, async (database, person, _) =>
            await database.As<WithdrawRecovery>(person).RunAsync(await RecoveryAsync(database), None)),
        new(typeof(ListOwnRecoveries), Ability.ManageOwnAccount, async (database, person, _) =>
        {
            await RecoveryAsync(database, person);
            (await database.As<ListOwnRecoveries>(person).RunAsync(None)).ShouldNotBeEmpty();
        }),
        new(typeof(VetoRecovery), Ability.ManageOwnAccount, async (database, person, _) =>
        {
            await RecoveryAsync(database, person);
            await database.As<VetoRecovery>(person).RunAsync(None);
        }),
        new(typeof(ListOwnKeys), Ability.ManageOwnAccount, async (database, person, _) =>
        {
            var key = await KeyAsync(database, person);
            (await database.As<ListOwnKeys>(person).RunAsync(None)).ShouldContain(row => row.Id == key.Id);
        }),
        new(typeof(ListOwnSessions), Ability.ManageOwnAccount, async (database, person, _) =>
            (await (await database.AsTouchedAsync<ListOwnSessions>(person)).RunAsync(None)).ShouldContain(row => row.IsThis)),
        new(typeof(EndSession), Ability.ManageOwnAccount, async (database, person, _) =>
            await database.As<EndSession>(person).RunAsync(await SessionAsync(database, person), None)),
        new(typeof(EndAllSessions), Ability.ManageOwnAccount, async (database, person, _) =>
        {
            await SessionAsync(database, person);
            (await database.As<EndAllSessions>(person).RunAsync(None)).ShouldBeGreaterThan(0);
        }),
        new(typeof(BeginAddOwnKey), Ability.ManageOwnAccount, async (database, person, _) =>
            (await (await database.AsTouchedAsync<BeginAddOwnKey>(person)).RunAsync(None)).Id.ShouldBe(person!.Value)),
        new(typeof(AddOwnKey), Ability.ManageOwnAccount, async (database, person, _) =>
            await (await database.AsTouchedAsync<AddOwnKey>(person)).RunAsync(new("Second", NewCredential()), None)),
        new(typeof(RenameOwnKey), Ability.ManageOwnAccount, async (database, person, _) =>
            await database.As<RenameOwnKey>(person).RunAsync(new((await KeyAsync(database, person)).Id, "Other"), None)),
        new(typeof(RemoveOwnKey), Ability.ManageOwnAccount, async (database, person, _) =>
        {
            await KeyAsync(database, person);
            var key = await KeyAsync(database, person);
            await (await database.AsTouchedAsync<RemoveOwnKey>(person)).RunAsync(key.Id, None);
        }),
        new(typeof(ConfirmTouch), Ability.ManageOwnAccount, async (database, person, _) =>
        {
            var key = await KeyAsync(database, person);
            await (await database.AsTouchedAsync<ConfirmTouch>(person)).RunAsync(TouchOf(key), None);
        }),
    ];

    public static TheoryData<string> Rows() => PermissionTable.Names(Permissions);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Only_the_right_ability_opens_it(string name) => PermissionTable.CheckAsync(database, Permissions.Single(row => row.Name == name));

    [Fact]
    public async Task The_keys_and_sessions_of_somebody_else_are_out_of_reach_for_everybody()
    {
        var victim = (await database.Landscape.PersonAsync()).Id;
        var (key, session) = (await KeyAsync(database, victim), await SessionAsync(database, victim));
        await KeyAsync(database, victim);
        foreach (var attacker in new[] { (await database.Landscape.PersonAsync()).Id, database.Landscape.Administrator.Id })
        {
            await KeyAsync(database, attacker);
            await RefusedAsync(CommonRefusals.NotFound, () => database.As<RenameOwnKey>(attacker).RunAsync(new(key.Id, "Mine"), None));
            await RefusedAsync(CommonRefusals.NotFound, async () => await (await database.AsTouchedAsync<RemoveOwnKey>(attacker)).RunAsync(key.Id, None));
            await RefusedAsync(CommonRefusals.NotFound, () => database.As<EndSession>(attacker).RunAsync(session, None));
            await RefusedAsync(KeyRefusals.SignInFailed, async () => await (await database.AsTouchedAsync<ConfirmTouch>(attacker)).RunAsync(TouchOf(key), None));
            await RefusedAsync(KeyRefusals.SignInFailed, async () =>
                await (await database.AsTouchedAsync<ConfirmTouch>(attacker)).RunAsync(TouchOf(key) with { Person = attacker }, None));
            (await database.As<ListOwnKeys>(attacker).RunAsync(None)).ShouldNotContain(row => row.Id == key.Id);
            (await database.As<ListOwnSessions>(attacker).RunAsync(None)).ShouldNotContain(row => row.Id == session);
            await database.As<EndAllSessions>(attacker).RunAsync(None);
        }

        (await database.As<ListOwnSessions>(victim).RunAsync(None)).ShouldContain(row => row.Id == session);
    }

    public static Credential NewCredential() => KeyTests.Credential(0) with { CredentialId = System.Security.Cryptography.RandomNumberGenerator.GetBytes(16) };

    public static KeyTouch TouchOf(SecurityKey key) => new(key.PersonId, key.CredentialId, key.SignCount + 1, false);

    public static async Task<SecurityKey> KeyAsync(TestDatabase database, PersonId? person)
    {
        var key = SecurityKey.Register(person ?? database.Landscape.Administrator.Id, "Key", NewCredential(), database.Clock.GetUtcNow());
        await using var db = database.Open();
        db.Add(key);
        await db.SaveChangesAsync();
        return key;
    }

    /// <summary>Somebody with a lost key, whose recovery the administrator has proposed, unless it has been before.</summary>
    private static async Task<PersonId> RecoveryAsync(TestDatabase database, PersonId? person = null)
    {
        var lost = person ?? (await database.Landscape.PersonAsync()).Id;
        await using var db = database.Open();
        if (!db.KeyRecoveries.Any(recovery => recovery.PersonId == lost))
        {
            db.Add(KeyRecovery.Propose(lost, database.Landscape.Administrator.Id, "Lost", database.Clock.GetUtcNow()));
            await db.SaveChangesAsync();
        }

        return lost;
    }

    private static async Task<SessionId> SessionAsync(TestDatabase database, PersonId? person)
    {
        var session = Session.Begin(person ?? database.Landscape.Administrator.Id, "127.0.0.1", "Test", database.Clock.GetUtcNow());
        await using var db = database.Open();
        db.Add(session);
        await db.SaveChangesAsync();
        return session.Id;
    }

    private static async Task RefusedAsync(Refusal refusal, Func<Task> call) => (await Should.ThrowAsync<Refused>(call)).Refusal.ShouldBe(refusal);
}
