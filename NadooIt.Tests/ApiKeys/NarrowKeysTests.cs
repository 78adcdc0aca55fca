using NadooIt.Data.ApiKeys;
using NadooIt.Data.Executions;
using NadooIt.Data.Hr;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Data.Ownership;
using NadooIt.Data.People;
using NadooIt.Data.TimeAccounts;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.ApiKeys;

/// <summary>Each use case of the HTTP API against keys that must not open it.</summary>
public sealed class NarrowKeysTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>A key is checked by what stands at the customer: an execution of another key, a program, an account.</summary>
    private sealed record Place(CustomerId Customer, CustomerProgramId Program, ExecutionId Execution, TimeAccountId Account);

    /// <summary>What opens a use case, and a call of it; false when a list does not show what stands there.</summary>
    private sealed record ByKey(Ability Ability, Func<TestDatabase, Caller, Place, Task<bool>> Call);

    private static readonly Dictionary<string, ByKey> Cases = new(StringComparer.Ordinal)
    {
        [nameof(RecordExecutionByKey)] = new(Ability.RunPrograms, async (database, caller, place) =>
            (await database.As<RecordExecutionByKey>(caller).RunAsync(new(place.Program, caller.ApiKey!.Value.ToString(), 60, null, null), None)).Execution.CustomerProgram == place.Program),
        [nameof(RecordExecutionBatchByKey)] = new(Ability.RunPrograms, async (database, caller, place) =>
            (await database.As<RecordExecutionBatchByKey>(caller).RunAsync([new(place.Program, caller.ApiKey!.Value.ToString(), 60, null, null)], None))[0].Execution is not null),
        [nameof(ListCustomerProgramsByKey)] = new(Ability.RunPrograms, async (database, caller, place) =>
            (await database.As<ListCustomerProgramsByKey>(caller).RunAsync(10, null, None)).Rows.Any(row => row.Id == place.Program)),
        [nameof(ReadExecutionByKey)] = new(Ability.ViewExecutions, async (database, caller, place) =>
            (await database.As<ReadExecutionByKey>(caller).RunAsync(place.Execution, None)).Id == place.Execution),
        [nameof(ListExecutionsByKey)] = new(Ability.ViewExecutions, async (database, caller, place) =>
            (await database.As<ListExecutionsByKey>(caller).RunAsync(new(null, Period.Always, null, 10, null), None)).Rows.Any(row => row.Id == place.Execution)),
        [nameof(ReadTimeAccountByKey)] = new(Ability.ViewTimeAccounts, async (database, caller, place) =>
            (await database.As<ReadTimeAccountByKey>(caller).RunAsync(place.Account, None)).Account.Id == place.Account),
        [nameof(ReadStatementByKey)] = new(Ability.ViewTimeAccounts, async (database, caller, place) =>
            (await database.As<ReadStatementByKey>(caller).RunAsync(new(place.Account, Period.Always, 10, null), None)).Closing.Value == 7),
    };

    public static TheoryData<string> Names() => new(Cases.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_key_opens_it_only_within_its_own_bounds(string name)
    {
        var (landscape, tested) = (database.Landscape, Cases[name]);
        var here = await PlaceAsync();
        var there = await PlaceAsync();
        var owner = (await landscape.EmployeeAsync(here.Customer, tested.Ability)).Id;
        await landscape.EmployAsync(there.Customer, owner, tested.Ability);
        var others = ApiKey.UsefulAbilities.Where(ability => ability != tested.Ability).ToArray();
        var everything = (await landscape.EmployeeAsync(here.Customer, [.. ApiKey.UsefulAbilities])).Id;

        (await OpensAsync(await KeyAsync(owner, here.Customer, tested.Ability))).ShouldBeTrue("the right key");
        (await OpensAsync(await KeyAsync(owner, there.Customer, tested.Ability))).ShouldBeFalse("a key of another customer");
        (await OpensAsync(await KeyAsync(everything, here.Customer, others))).ShouldBeFalse("a key without the ability, of an owner who has it");
        (await OpensAsync(await KeyAsync(owner, here.Customer, [tested.Ability], key => key.Revoke(owner, database.Clock.GetUtcNow())))).ShouldBeFalse("a revoked key");
        (await OpensAsync(new Caller((await landscape.EmployeeAsync(here.Customer, tested.Ability)).Id, null, (await KeyAsync(owner, here.Customer, tested.Ability)).ApiKey, null)))
            .ShouldBeFalse("the key of somebody else");
        (await OpensAsync(new Caller(owner, null, NewId.At<ApiKeyId>(database.Clock.GetUtcNow()), null))).ShouldBeFalse("a key that does not exist");

        if (tested.Ability != Ability.RunPrograms)
        {
            var lacking = (await landscape.EmployeeAsync(here.Customer)).Id;
            (await OpensAsync(await KeyAsync(lacking, here.Customer, tested.Ability))).ShouldBeFalse("a key with what its owner does not hold any more");
        }

        var expiring = await KeyAsync(owner, here.Customer, [tested.Ability], expiresAt: database.Clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        (await OpensAsync(expiring)).ShouldBeTrue("a key before it expires");
        database.Clock.Advance(TimeSpan.FromSeconds(1));
        (await OpensAsync(expiring)).ShouldBeFalse("an expired key");

        var former = await landscape.PersonAsync();
        var contract = await landscape.EmployAsync(here.Customer, former.Id, tested.Ability);
        var left = await KeyAsync(former.Id, here.Customer, tested.Ability);
        (await OpensAsync(left)).ShouldBeTrue("a key before the contract ends");
        await landscape.EndAsync(contract);
        (await OpensAsync(left)).ShouldBeFalse("a key after the contract has ended, also for what it has recorded before");

        async Task<bool> OpensAsync(Caller caller)
        {
            try
            {
                return await tested.Call(database, caller, here);
            }
            catch (Exception exception) when (exception is NotSignedIn or AccessDenied)
            {
                return false;
            }
            catch (Refused refused) when (refused.Refusal.Kind is RefusalKind.NotFound or RefusalKind.NotAllowed || refused.Refusal == HrRefusals.NotRunning)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task A_key_for_some_programs_neither_runs_nor_sees_the_others()
    {
        var here = await PlaceAsync();
        var other = await database.Landscape.CustomerProgramAsync(here.Customer);
        var owner = (await database.Landscape.EmployeeAsync(here.Customer, Ability.ViewExecutions)).Id;
        var caller = await KeyAsync(owner, here.Customer, [Ability.RunPrograms, Ability.ViewExecutions], programs: [other.Id]);

        (await Should.ThrowAsync<Refused>(() => Cases[nameof(RecordExecutionByKey)].Call(database, caller, here))).Refusal.Kind.ShouldBe(RefusalKind.NotFound);
        (await Should.ThrowAsync<Refused>(() => Cases[nameof(ReadExecutionByKey)].Call(database, caller, here))).Refusal.Kind.ShouldBe(RefusalKind.NotFound);
        (await Cases[nameof(RecordExecutionBatchByKey)].Call(database, caller, here)).ShouldBeFalse();
        (await Cases[nameof(ListExecutionsByKey)].Call(database, caller, here)).ShouldBeFalse();
        (await Cases[nameof(ListCustomerProgramsByKey)].Call(database, caller, here)).ShouldBeFalse();
        (await database.As<RecordExecutionByKey>(caller).RunAsync(new(other.Id, "own", 60, null, null), None)).IsRepetition.ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_that_only_runs_programs_sees_only_what_it_recorded()
    {
        var here = await PlaceAsync();
        var owner = (await database.Landscape.EmployeeAsync(here.Customer, Ability.ViewExecutions)).Id;
        var caller = await KeyAsync(owner, here.Customer, Ability.RunPrograms);
        var own = (await database.As<RecordExecutionByKey>(caller).RunAsync(new(here.Program, "own", 60, null, null), None)).Execution.Id;

        (await database.As<ListExecutionsByKey>(caller).RunAsync(new(null, Period.Always, null, 10, null), None)).Rows.ShouldHaveSingleItem().Id.ShouldBe(own);
        (await Should.ThrowAsync<Refused>(() => database.As<ReadExecutionByKey>(caller).RunAsync(here.Execution, None))).Refusal.ShouldBe(ExecutionRefusals.NotFound);
    }

    [Fact]
    public async Task A_key_does_not_touch_the_account_of_its_owner()
    {
        var here = await PlaceAsync();
        var owner = (await database.Landscape.EmployeeAsync(here.Customer)).Id;
        var caller = await KeyAsync(owner, here.Customer, Ability.RunPrograms);

        (await database.As<ReadKeyOwner>(caller).RunAsync(None)).Owner.ShouldBe(owner);
        await Should.ThrowAsync<NotSignedIn>(() => database.As<ReadKeyOwner>(owner).RunAsync(None));
        await Should.ThrowAsync<AccessDenied>(() => database.As<ReadOwnName>(caller).RunAsync(None));
        await Should.ThrowAsync<AccessDenied>(() => database.As<ReadProfile>(caller).RunAsync(None));
        await Should.ThrowAsync<AccessDenied>(() => database.As<ListOwnSessions>(caller).RunAsync(None));
        await Should.ThrowAsync<AccessDenied>(() => database.As<EndAllSessions>(caller).RunAsync(None));
        await Should.ThrowAsync<AccessDenied>(() => database.As<AddOwnKey>(caller).RunAsync(new("Mine", NadooIt.Tests.Keys.KeyPermissionsTests.NewCredential()), None));
    }

    private async Task<Place> PlaceAsync()
    {
        var customer = (await database.Landscape.CustomerAsync()).Id;
        var program = (await database.Landscape.CustomerProgramAsync(customer)).Id;
        var runner = (await database.Landscape.EmployeeAsync(customer)).Id;
        var caller = await KeyAsync(runner, customer, Ability.RunPrograms);
        var execution = (await database.As<RecordExecutionByKey>(caller).RunAsync(new(program, "first", 60, null, null), None)).Execution.Id;
        return new(customer, program, execution, (await database.Landscape.TimeAccountAsync(customer, 7)).Id);
    }

    private Task<Caller> KeyAsync(PersonId owner, CustomerId customer, params Ability[] abilities) => KeyAsync(owner, customer, abilities, _ => { });

    private async Task<Caller> KeyAsync(
        PersonId owner, CustomerId customer, Ability[] abilities, Action<ApiKey>? change = null, DateTimeOffset? expiresAt = null, CustomerProgramId[]? programs = null)
    {
        var key = ApiKey.Create(customer, owner, new("Test", abilities, programs ?? [], expiresAt), ApiKeySecret.Create(), owner, database.Clock.GetUtcNow());
        change?.Invoke(key);
        await using var db = database.Open();
        db.Add(key);
        await db.SaveChangesAsync();
        return new(owner, null, key.Id, null);
    }
}
