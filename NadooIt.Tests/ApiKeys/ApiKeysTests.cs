using Microsoft.EntityFrameworkCore;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.ApiKeys;

public sealed class ApiKeysTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly Landscape landscape = database.Landscape;

    [Fact]
    public async Task The_secret_is_told_once_and_only_its_hash_is_kept()
    {
        var (customer, manager) = await ManagerAsync();

        var made = await CreateAsync(manager, customer, manager, [Ability.RunPrograms]);

        await using var db = database.Open();
        var stored = await db.ApiKeys.SingleAsync(key => key.Id == made.Id);
        stored.Hash.ShouldBe(made.Secret.Hash());
        made.Secret.Text.ShouldStartWith(stored.Prefix);
        made.Secret.ToString().ShouldNotContain(made.Secret.Text);
        var trail = await db.AuditEntries.Where(entry => entry.SubjectId == made.Id.ToString()).ToListAsync();
        trail.ShouldHaveSingleItem().After!.ShouldNotContain(Convert.ToHexString(stored.Hash), Case.Insensitive);
        trail[0].After!.ShouldNotContain(made.Secret.Text);
        (await database.As<AuthenticateApiKey>((PersonId?)null).RunAsync(made.Secret.Text, CancellationToken.None))!.Owner.ShouldBe(manager);
    }

    [Fact]
    public async Task A_key_gets_no_ability_that_its_owner_does_not_hold_at_that_customer()
    {
        var (customer, manager) = await ManagerAsync();
        var owner = await landscape.EmployeeAsync(customer, Ability.ViewExecutions);
        await landscape.EmployAsync((await landscape.CustomerAsync()).Id, owner.Id, Ability.ViewTimeAccounts);

        (await CreateAsync(manager, customer, owner.Id, [Ability.RunPrograms, Ability.ViewExecutions])).Id.ShouldNotBe(default);
        (await RefusedAsync(() => CreateAsync(manager, customer, owner.Id, [Ability.ViewTimeAccounts]))).ShouldBe(ApiKeyRefusals.AbilityNotHeld);
        var choices = await database.As<ReadApiKeyChoices>(manager).RunAsync(customer, owner.Id, CancellationToken.None);
        choices.Abilities.ShouldBe([Ability.RunPrograms, Ability.ViewExecutions]);
    }

    [Fact]
    public async Task The_owner_works_there_and_the_programs_are_the_customers_own()
    {
        var (customer, manager) = await ManagerAsync();
        var stranger = await landscape.EmployeeAsync((await landscape.CustomerAsync()).Id);
        var foreign = await landscape.CustomerProgramAsync((await landscape.CustomerAsync()).Id);

        (await RefusedAsync(() => CreateAsync(manager, customer, stranger.Id, [Ability.RunPrograms]))).ShouldBe(ApiKeyRefusals.OwnerNotEmployed);
        (await RefusedAsync(() => CreateAsync(manager, customer, manager, [Ability.RunPrograms], foreign.Id))).ShouldBe(OwnershipRefusals.NotFound);
        (await RefusedAsync(() => CreateAsync(manager, customer, manager, []))).ShouldBe(ApiKeyRefusals.AbilityMissing);
    }

    [Fact]
    public async Task Making_and_revoking_ask_for_a_fresh_touch()
    {
        var (customer, manager) = await ManagerAsync();
        var made = await CreateAsync(manager, customer, manager, [Ability.RunPrograms]);
        var create = await database.AsTouchedAsync<CreateApiKey>(manager);
        var revoke = await database.AsTouchedAsync<RevokeApiKey>(manager);
        database.Clock.Advance(Session.FreshTouch);

        (await RefusedAsync(() => create.RunAsync(new(customer, manager, new("Test", [Ability.RunPrograms], [], null)), CancellationToken.None))).ShouldBe(KeyRefusals.FreshTouchNeeded);
        (await RefusedAsync(() => revoke.RunAsync(made.Id, CancellationToken.None))).ShouldBe(KeyRefusals.FreshTouchNeeded);
    }

    [Fact]
    public async Task Before_it_is_revoked_a_key_shows_what_would_stop()
    {
        var (customer, manager) = await ManagerAsync();
        var program = await landscape.CustomerProgramAsync(customer);
        var made = await CreateAsync(manager, customer, manager, [Ability.RunPrograms]);
        var record = database.As<RecordExecutionByKey>(new Caller(manager, null, made.Id, null));
        foreach (var number in Enumerable.Range(0, 3))
        {
            await record.RunAsync(new(program.Id, $"r{number}", 60, null, null), CancellationToken.None);
        }

        var effect = await database.As<ReadApiKey>(manager).RunAsync(made.Id, CancellationToken.None);
        (effect.Runs.ShouldHaveSingleItem().Count, effect.RunsADay, effect.DaysCounted).ShouldBe((3L, 3L, 1));
        await (await database.AsTouchedAsync<RevokeApiKey>(manager)).RunAsync(made.Id, CancellationToken.None);

        (await RefusedAsync(() => record.RunAsync(new(program.Id, "after", 60, null, null), CancellationToken.None))).ShouldBe(ApiKeyRefusals.Invalid);
        var shown = await database.As<ListApiKeys>(manager).RunAsync(new(customer, false, new PageRequest()), CancellationToken.None);
        shown.Rows.ShouldBeEmpty();
        (await database.As<ListApiKeys>(manager).RunAsync(new(customer, true, new PageRequest()), CancellationToken.None)).Rows.ShouldHaveSingleItem().RevokedAt.ShouldNotBeNull();
    }

    private async Task<(CustomerId Customer, PersonId Manager)> ManagerAsync()
    {
        var customer = await landscape.CustomerAsync();
        return (customer.Id, (await landscape.EmployeeAsync(customer.Id, Ability.CreateApiKeys, Ability.RevokeApiKeys)).Id);
    }

    private async Task<CreateApiKey.Output> CreateAsync(PersonId by, CustomerId customer, PersonId owner, Ability[] abilities, params CustomerProgramId[] programs) =>
        await (await database.AsTouchedAsync<CreateApiKey>(by)).RunAsync(new(customer, owner, new("Test", abilities, programs, null)), CancellationToken.None);

    private static async Task<Refusal> RefusedAsync(Func<Task> call) => (await Should.ThrowAsync<Refused>(call)).Refusal;
}
