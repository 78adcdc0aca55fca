using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using NadooIt.Data.Hr;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Hr;

/// <summary>
/// Explanations are the decision. For a thousand random questions "may she do this there": every contract that the
/// explanation names is enough by itself, without all of them the answer is no, and what is named as missing makes it yes.
/// </summary>
public sealed class ExplanationsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const int Seed = 20_261_121;
    private const int Questions = 1_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Ability[] Actions = [.. Enum.GetValues<Ability>().Where(ability => ability != Ability.ManageOwnAccount)];
    private readonly Random random = new(Seed);
    private readonly Dictionary<(PersonId, CustomerId), IReadOnlyList<GrantReason>> explained = [];
    private List<CustomerId> customers = [];
    private List<PersonId> people = [];

    private DateTimeOffset Now => database.Clock.GetUtcNow();

    private CustomerId Home => database.Landscape.Operator.Id;

    [Fact]
    public async Task Removing_what_is_named_turns_yes_into_no_and_giving_what_is_missing_turns_it_back()
    {
        await SettleAsync();
        var (yes, several, no, given) = (0, 0, 0, 0);
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync(None);
        for (var question = 0; question < Questions; question++)
        {
            var (person, ability, customer) = await AskAsync();
            var what = $"seed {Seed}, question {question}: {ability}";
            var named = (await ExplainAsync(person, customer)).Where(reason => reason.Ability == ability).Select(reason => reason.Contract).Distinct().ToList();
            (await MayAsync(db, person, ability, customer)).ShouldBe(named.Count > 0, $"{what}: the explanation is the decision");

            await transaction.CreateSavepointAsync("question", None);
            if (named.Count > 0)
            {
                (yes, several) = (yes + 1, several + (named.Count > 1 ? 1 : 0));
                await RemoveEachAsync(db, transaction, person, ability, customer, named, what);
            }
            else
            {
                no++;
                given += await GiveWhatIsMissingAsync(db, person, ability, customer, what) ? 1 : 0;
            }

            await transaction.RollbackToSavepointAsync("question", None);
            await transaction.ReleaseSavepointAsync("question", None);
            db.ChangeTracker.Clear();
        }

        // A landscape in which nearly everything is allowed, or nothing, would prove little.
        (yes, several, no, given).ShouldSatisfyAllConditions(
            count => count.yes.ShouldBeGreaterThan(150), count => count.several.ShouldBeGreaterThan(5), count => count.no.ShouldBeGreaterThan(150), count => count.given.ShouldBeGreaterThan(100));
    }

    /// <summary>Any action; every other time one that is explained, because most are not allowed to most.</summary>
    private async Task<(PersonId Person, Ability Ability, CustomerId Customer)> AskAsync()
    {
        var (person, customer) = (Any(people), Any(customers));
        var reasons = await ExplainAsync(person, customer);
        var ability = reasons.Count > 0 && random.Next(2) == 0 ? Any(reasons).Ability : Any(Actions);
        return (person, ability, Roles.IsOperatorAbility(ability) ? Home : customer);
    }

    /// <summary>Each contract alone is enough, and without it the answer is no.</summary>
    private async Task RemoveEachAsync(
        NadooItDb db, IDbContextTransaction transaction, PersonId person, Ability ability, CustomerId customer, List<EmployeeContractId> named, string what)
    {
        foreach (var contract in named)
        {
            await transaction.CreateSavepointAsync("contract", None);
            await EndAsync(db, named.Where(other => other != contract));
            (await MayAsync(db, person, ability, customer)).ShouldBeTrue($"{what}: each contract that is named is enough");
            await EndAsync(db, [contract]);
            (await MayAsync(db, person, ability, customer)).ShouldBeFalse($"{what}: without the contracts that are named");
            await transaction.RollbackToSavepointAsync("contract", None);
            await transaction.ReleaseSavepointAsync("contract", None);
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>Whoever is named as able to give it gives it, as a role or with a contract; then the answer is yes.</summary>
    /// <returns>Whether somebody was named.</returns>
    private async Task<bool> GiveWhatIsMissingAsync(NadooItDb db, PersonId person, Ability ability, CustomerId customer, string what)
    {
        var able = await PeopleWhoCanGive.AtAsync(db, ability, [customer], person, database.Landscape.Today, None);
        if (able.Count == 0)
        {
            foreach (var other in people.Where(other => other != person))
            {
                GivingRoles.MayGive(await GrantsAsync(db, other), ability, customer, customer == Home).ShouldBeFalse($"{what}: nobody was named");
            }

            return false;
        }

        var giver = Any(able);
        var contract = await RunningAsync(db, person, customer);
        if (contract is null)
        {
            contract = EmployeeContract.Begin(customer, person, database.Landscape.Today, null, giver, Now);
            db.Add(contract);
        }

        if (Roles.Carrying(ability) is { } role)
        {
            List<Ability> abilities = role.View.Contains(ability) ? [] : [ability];
            GivingRoles.Check(await GrantsAsync(db, giver), giver, person, role.Role, abilities, customer, customer == Home);
            contract.Give(role.Role, abilities, new RoleGift(giver, null, "Test", Now));
        }

        await db.SaveChangesAsync(None);
        (await MayAsync(db, person, ability, customer)).ShouldBeTrue($"{what}: after it was given");
        await EndAsync(db, [contract.Id]);
        (await MayAsync(db, person, ability, customer)).ShouldBeFalse($"{what}: after it was taken again");
        return true;
    }

    /// <summary>What the person's page and the customer's page say. Only what is committed is explained, so once is enough.</summary>
    private async Task<IReadOnlyList<GrantReason>> ExplainAsync(PersonId person, CustomerId customer)
    {
        if (explained.TryGetValue((person, customer), out var known))
        {
            return known;
        }

        await using var db = database.Open();
        var reader = database.Landscape.Administrator.Id;
        var contract = await db.EmployeeContracts.FirstOrDefaultAsync(found => found.PersonId == person && found.CustomerId == customer, None);
        var holders = (await database.As<ListAbilityHolders>(reader).RunAsync(customer, None)).Where(reason => reason.Person == person).ToList();
        if (contract is null)
        {
            return explained[(person, customer)] = holders;
        }

        var reasons = await database.As<ExplainGrants>(reader).RunAsync(contract.Id, None);
        reasons.Where(reason => reason.Role is not null).ShouldBe(holders, ignoreOrder: true, "both pages tell the same");
        return explained[(person, customer)] = reasons;
    }

    /// <summary>Asks the door, as it stands in this transaction.</summary>
    private async Task<bool> MayAsync(NadooItDb db, PersonId person, Ability ability, CustomerId customer) => (await GrantsAsync(db, person)).Of(ability).Includes(customer);

    private async Task<Grants> GrantsAsync(NadooItDb db, PersonId person) =>
        (await db.ReadStandingAsync(new Caller(person, null, null, null), Now, None))!.Grants;

    private async Task EndAsync(NadooItDb db, IEnumerable<EmployeeContractId> contracts)
    {
        var ids = contracts.ToList();
        foreach (var contract in await db.EmployeeContracts.Include(found => found.Roles).Where(found => ids.Contains(found.Id)).ToListAsync(None))
        {
            contract.Deactivate(database.Landscape.Administrator.Id, "Test", Now);
        }

        await db.SaveChangesAsync(None);
        db.ChangeTracker.Clear();
    }

    private async Task<EmployeeContract?> RunningAsync(NadooItDb db, PersonId person, CustomerId customer)
    {
        var contracts = await db.EmployeeContracts.Include(found => found.Roles).ThenInclude(role => role.Abilities)
            .Where(found => found.PersonId == person && found.CustomerId == customer).ToListAsync(None);
        return contracts.Find(contract => contract.IsRunningOn(database.Landscape.Today));
    }

    /// <summary>Some customers and people with random contracts and roles; some have ended, some run out, some have not begun.</summary>
    private async Task SettleAsync()
    {
        var landscape = database.Landscape;
        customers = [Home];
        for (var number = 0; number < 4; number++)
        {
            customers.Add((await landscape.CustomerAsync()).Id);
        }

        people = [landscape.Administrator.Id];
        for (var number = 0; number < 24; number++)
        {
            people.Add((await landscape.PersonAsync()).Id);
        }

        await using var db = database.Open();
        foreach (var person in people.Skip(1))
        {
            foreach (var customer in customers.Where(customer => random.Next(customer == Home ? 4 : 3) != 0))
            {
                db.Add(SomeContract(person, customer));
            }
        }

        await db.SaveChangesAsync(None);
    }

    private EmployeeContract SomeContract(PersonId person, CustomerId customer)
    {
        var (today, by) = (database.Landscape.Today, database.Landscape.Administrator.Id);
        var start = today.AddDays(random.Next(10) == 0 ? 5 : -5);
        var contract = EmployeeContract.Begin(customer, person, start, random.Next(4) == 0 ? start.AddDays(random.Next(40)) : null, by, Now);
        for (var number = random.Next(1, 5); contract.IsRunningOn(today) && number > 0; number--)
        {
            var ofPlatform = customer == Home && random.Next(2) == 0;
            var role = Any([.. Roles.All.Where(role => role.AtOperatorOnly == ofPlatform)]);
            contract.Give(role.Role, [.. role.Abilities.Where(_ => random.Next(2) == 0)], new RoleGift(by, null, "Test", Now, random.Next(5) == 0 ? today : null));
        }

        if (random.Next(8) == 0)
        {
            contract.Deactivate(by, "Test", Now);
        }

        return contract;
    }

    private T Any<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];
}
