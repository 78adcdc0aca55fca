using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Keys;

/// <summary>From a lost key to a new one, by two key managers, and every short cut refused.</summary>
public sealed class RecoveryUseCaseTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Two_key_managers_lead_back_and_the_lost_key_signs_nobody_in_any_more()
    {
        var (first, second) = await ManagersAsync();
        var old = await LostAsync();
        await (await TouchedAsync<ProposeRecovery>(first)).RunAsync(new(old.PersonId, "Lost on the train"), None);
        await RefusedAsync(KeyRefusals.HasKey, () => database.As<InviteToEnrol>(second).RunAsync(old.PersonId, None));
        await RefusedAsync(KeyRefusals.SecondManagerNeeded, async () => await (await TouchedAsync<ConfirmRecovery>(first)).RunAsync(old.PersonId, None));

        await (await TouchedAsync<ConfirmRecovery>(second)).RunAsync(old.PersonId, None);
        var link = await database.As<InviteToEnrol>(first).RunAsync(old.PersonId, None);
        await database.As<CompleteEnrolment>((PersonId?)null).RunAsync(new(link.EnrolmentToken, old.PersonId, "New", KeyPermissionsTests.NewCredential()), None);

        var person = await database.As<ReadPerson>(first).RunAsync(old.PersonId, None);
        person.Keys.Select(key => (key.Name, key.Removal)).ShouldBe([("Key", KeyRemoval.Lost), ("New", null)], ignoreOrder: true);
        person.Recovery.ShouldBeNull();
        (await database.As<ListOwnRecoveries>(old.PersonId).RunAsync(None)).Single().State.ShouldBe(KeyRecoveryState.Completed);
        await RefusedAsync(KeyRefusals.SignInFailed, () => database.As<NadooIt.Data.Keys.SignIn>((PersonId?)null).RunAsync(new(KeyPermissionsTests.TouchOf(old), "127.0.0.1", "Test", SessionLimits.Usual), None));
        await RefusedAsync(KeyRefusals.HasKey, () => database.As<InviteToEnrol>(first).RunAsync(old.PersonId, None));
    }

    [Fact]
    public async Task A_veto_closes_the_link_that_was_made_already()
    {
        var (first, second) = await ManagersAsync();
        var key = await LostAsync();
        await (await TouchedAsync<ProposeRecovery>(first)).RunAsync(new(key.PersonId, "Lost"), None);
        await (await TouchedAsync<ConfirmRecovery>(second)).RunAsync(key.PersonId, None);
        var link = await database.As<InviteToEnrol>(first).RunAsync(key.PersonId, None);
        (await database.As<ReadEnrolment>((PersonId?)null).RunAsync(link.EnrolmentToken, None)).Id.ShouldBe(key.PersonId);

        await database.As<VetoRecovery>(key.PersonId).RunAsync(None);

        await RefusedAsync(KeyRefusals.EnrolmentClosed, () => database.As<ReadEnrolment>((PersonId?)null).RunAsync(link.EnrolmentToken, None));
        await RefusedAsync(KeyRefusals.EnrolmentClosed, () =>
            database.As<CompleteEnrolment>((PersonId?)null).RunAsync(new(link.EnrolmentToken, key.PersonId, "New", KeyPermissionsTests.NewCredential()), None));
        (await database.As<NadooIt.Data.Keys.SignIn>((PersonId?)null).RunAsync(new(KeyPermissionsTests.TouchOf(key), "127.0.0.1", "Test", SessionLimits.Usual), None)).ShouldNotBe(default);
    }

    [Fact]
    public async Task Marking_the_last_key_lost_is_no_short_cut_to_a_link()
    {
        var (first, _) = await ManagersAsync();
        var key = await LostAsync();

        await (await TouchedAsync<RevokeKey>(first)).RunAsync(new(key.Id, false), None);

        await RefusedAsync(KeyRefusals.HasKey, () => database.As<InviteToEnrol>(first).RunAsync(key.PersonId, None));
        (await database.As<ListKeys>(first).RunAsync(new(KeyInventoryState.Lost, null, new(Size: 200)), None)).Page.Rows.ShouldContain(row => row.Person == key.PersonId);
    }

    [Fact]
    public async Task There_is_one_open_recovery_of_a_person_and_it_asks_for_a_touch()
    {
        var (first, second) = await ManagersAsync();
        var key = await LostAsync();
        await RefusedAsync(KeyRefusals.FreshTouchNeeded, () => database.As<ProposeRecovery>(first).RunAsync(new(key.PersonId, "Lost"), None));
        await (await TouchedAsync<ProposeRecovery>(first)).RunAsync(new(key.PersonId, "Lost"), None);

        await RefusedAsync(KeyRefusals.RecoveryOpen, async () => await (await TouchedAsync<ProposeRecovery>(second)).RunAsync(new(key.PersonId, "Lost"), None));
        await RefusedAsync(KeyRefusals.FreshTouchNeeded, () => database.As<ConfirmRecovery>(second).RunAsync(key.PersonId, None));
        await database.As<WithdrawRecovery>(second).RunAsync(key.PersonId, None);
        await (await TouchedAsync<ProposeRecovery>(second)).RunAsync(new(key.PersonId, "Lost again"), None);

        (await database.As<ReadPerson>(first).RunAsync(key.PersonId, None)).Recovery!.Reason.ShouldBe("Lost again");
    }

    [Fact]
    public async Task Who_never_had_a_key_needs_no_recovery()
    {
        var (first, _) = await ManagersAsync();
        var newcomer = (await database.Landscape.PersonAsync()).Id;

        await RefusedAsync(KeyRefusals.NothingToRecover, async () => await (await TouchedAsync<ProposeRecovery>(first)).RunAsync(new(newcomer, "Lost"), None));
    }

    private async Task<(PersonId First, PersonId Second)> ManagersAsync()
    {
        var place = database.Landscape.Operator.Id;
        return ((await database.Landscape.EmployeeAsync(place, Ability.CreateKeys, Ability.DeleteKeys)).Id, (await database.Landscape.EmployeeAsync(place, Ability.CreateKeys)).Id);
    }

    private async Task<SecurityKey> LostAsync() => await KeyPermissionsTests.KeyAsync(database, (await database.Landscape.PersonAsync()).Id);

    private Task<T> TouchedAsync<T>(PersonId person)
        where T : class => database.AsTouchedAsync<T>(person);

    private static async Task RefusedAsync(Refusal refusal, Func<Task> call) => (await Should.ThrowAsync<Refused>(call)).Refusal.ShouldBe(refusal);
}
