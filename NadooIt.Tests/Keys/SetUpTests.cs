using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Keys;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Keys;

public sealed class SetUpTests(PostgresServer server) : IAsyncLifetime
{
    private readonly EmptyDatabase database = new(server);

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Of_many_browsers_that_set_up_at_once_one_succeeds()
    {
        var results = await Task.WhenAll(Enumerable.Range(1, 8).Select(number => TryAsync("token", (byte)number)));

        results.Count(refusal => refusal is null).ShouldBe(1);
        results.Where(refusal => refusal is not null).ShouldAllBe(refusal => refusal == KeyRefusals.SetUpClosed);
        await using var db = database.Open();
        (await db.People.CountAsync()).ShouldBe(1);
        (await db.Customers.CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task The_first_person_holds_every_ability()
    {
        (await TryAsync("token", 1)).ShouldBeNull();

        await using var db = database.Open();
        var person = await db.People.SingleAsync();
        var grants = await database.As<NadooIt.Data.Kernel.Access>(person.Id).GrantsAsync(default);
        Enum.GetValues<Ability>().Except([Ability.ManageOwnAccount]).ShouldAllBe(ability => grants.Holds(ability));
        (await db.SecurityKeys.SingleAsync()).PersonId.ShouldBe(person.Id);
    }

    [Fact]
    public async Task An_operator_that_exists_is_taken_over()
    {
        await using (var db = database.Open())
        {
            db.Add(Customer.Create("Sample operator", database.Clock.GetUtcNow(), isOperator: true, isSample: true));
            await db.SaveChangesAsync();
        }

        (await TryAsync("token", 1)).ShouldBeNull();

        await using var after = database.Open();
        var home = await after.Customers.SingleAsync();
        (home.Name, home.IsSample, home.IsOperator).ShouldBe(("NADOO", false, true));
    }

    [Fact]
    public async Task A_token_sets_up_once_even_when_no_key_manager_is_left()
    {
        (await TryAsync("token", 1)).ShouldBeNull();
        await using (var db = database.Open())
        {
            (await db.EmployeeContracts.Include(contract => contract.Roles).SingleAsync())
                .Deactivate(await db.People.Select(person => person.Id).SingleAsync(), "Test", database.Clock.GetUtcNow());
            await db.SaveChangesAsync();
        }

        (await database.As<BeginSetUp>((PersonId?)null).RunAsync("token", "Eve", default)).ShouldBeNull();
        (await database.As<BeginSetUp>((PersonId?)null).RunAsync("another", "Ada", default)).ShouldNotBeNull();
    }

    private async Task<Refusal?> TryAsync(string token, byte number)
    {
        var owner = await database.As<BeginSetUp>((PersonId?)null).RunAsync(token, $"Ada {number}", default);
        try
        {
            await database.As<CompleteSetUp>((PersonId?)null)
                .RunAsync(new(token, "NADOO", owner ?? throw new Refused(KeyRefusals.SetUpClosed), "Key", KeyTests.Credential(number), "Set-up"), default);
            return null;
        }
        catch (Refused refused)
        {
            return refused.Refusal;
        }
    }
}
