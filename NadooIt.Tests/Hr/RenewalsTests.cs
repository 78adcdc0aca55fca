using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Hr;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Notices;
using NadooIt.Domain.People;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Hr;

public sealed class RenewalsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly Landscape landscape = database.Landscape;

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(ExtendContract), Ability.AddEmployees, async (database, person, customer) =>
        {
            var contract = await ContractAsync(database, (await database.Landscape.PersonAsync()).Id, customer, 10);
            await (await database.AsTouchedAsync<ExtendContract>(person)).RunAsync(new(contract.Id, contract.EndsOn!.Value.AddDays(30), "Test", await VersionAsync(database, contract.Id)), None);
        }),
        .. from role in Roles.All.DistinctBy(role => role.Give)
           select new PermissionCase(typeof(ExtendRole), role.Give, async (database, person, customer) =>
           {
               var place = role.AtOperatorOnly ? database.Landscape.Operator.Id : customer;
               var contract = await ContractAsync(database, (await database.Landscape.PersonAsync()).Id, place, 100, role.Role, 10);
               var held = contract.Roles.Single();
               await (await database.AsTouchedAsync<ExtendRole>(person)).RunAsync(new(held.Id, role.Role, held.EndsOn!.Value.AddDays(30), "Test", await VersionAsync(database, held.Id)), None);
           }),
    ];

    public static TheoryData<string> Rows() => PermissionTable.Names(Permissions);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Only_the_right_ability_opens_it(string name) => PermissionTable.CheckAsync(database, Permissions.Single(row => row.Name == name));

    [Theory]
    [InlineData(91, null)]
    [InlineData(90, 90)]
    [InlineData(31, 90)]
    [InlineData(30, 30)]
    [InlineData(8, 30)]
    [InlineData(7, 7)]
    [InlineData(0, 7)]
    [InlineData(-1, null)]
    public void The_step_that_is_due_is_the_last_one_reached(int daysLeft, int? step)
    {
        var today = new DateOnly(2026, 11, 20);
        RenewalReminder.DueOn(today, today.AddDays(daysLeft)).ShouldBe(step);
    }

    [Fact]
    public async Task The_person_and_those_who_can_prolong_are_told_at_each_step_once()
    {
        var customer = await landscape.CustomerAsync();
        var (person, manager, other) = (await landscape.PersonAsync(), await landscape.EmployeeAsync(customer.Id, Ability.AddEmployees), await landscape.EmployeeAsync(customer.Id, Ability.EndContracts));
        var contract = await ContractAsync(database, person.Id, customer.Id, 90);
        var start = database.Clock.GetUtcNow();
        try
        {
            foreach (var (day, total) in new[] { (0, 1), (59, 1), (60, 2), (82, 2), (83, 3), (90, 3), (91, 3) })
            {
                database.Clock.Set(start.AddDays(day));
                await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => database.As<RightsWatch>((PersonId?)null).CheckAsync(None))));
                await WatchAsync();
                (await ToldAsync(contract.Id.Value, person)).Count.ShouldBe(total, $"day {day}");
                (await ToldAsync(contract.Id.Value, manager)).Count.ShouldBe(total, $"day {day}");
            }
        }
        finally
        {
            database.Clock.Set(start);
        }

        (await ToldAsync(contract.Id.Value, person)).ShouldAllBe(notice => notice.Kind == NoticeKind.OwnContractEnds);
        var told = await ToldAsync(contract.Id.Value, manager);
        told.ShouldAllBe(notice => notice.Kind == NoticeKind.ContractEnds && notice.Words[0] == person.DisplayName && notice.Words[1] == customer.Name);
        told.Count(notice => notice.DoneAt is null).ShouldBe(1, "a later step takes the place of the one before");
        (await ToldAsync(contract.Id.Value, other)).ShouldBeEmpty();
        (await ToldAsync(contract.Id.Value, landscape.Administrator)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_role_of_its_own_end_is_told_to_those_who_could_give_it_whole()
    {
        var customer = await landscape.CustomerAsync();
        var person = await landscape.PersonAsync();
        var contract = await ContractAsync(database, person.Id, customer.Id, 400, Role.CustomerManager, 5, Ability.EditCustomer);
        var (whole, half) = (await landscape.EmployeeAsync(customer.Id, Ability.GiveCustomerManagerRole, Ability.EditCustomer), await landscape.EmployeeAsync(customer.Id, Ability.GiveCustomerManagerRole));
        var role = contract.Roles.Single().Id.Value;

        await WatchAsync();

        (await ToldAsync(role, person)).ShouldHaveSingleItem().Kind.ShouldBe(NoticeKind.OwnRoleEnds);
        (await ToldAsync(role, whole)).ShouldHaveSingleItem().Words[3].ShouldBe(nameof(Role.CustomerManager));
        (await ToldAsync(role, half)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_ended_or_whose_person_is_gone_is_not_reminded_of()
    {
        var customer = await landscape.CustomerAsync();
        var (ended, gone) = (await landscape.PersonAsync(), await landscape.PersonAsync());
        var endedContract = await ContractAsync(database, ended.Id, customer.Id, 5);
        await landscape.EndAsync(endedContract);
        var goneContract = await ContractAsync(database, gone.Id, customer.Id, 5);
        await landscape.DeactivateAsync(gone.Id);

        await WatchAsync();

        (await ToldAsync(endedContract.Id.Value, landscape.Administrator)).ShouldBeEmpty();
        (await ToldAsync(goneContract.Id.Value, landscape.Administrator)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_contract_is_prolonged_with_its_history_and_the_reminders_are_put_aside()
    {
        var customer = await landscape.CustomerAsync();
        var (person, manager) = (await landscape.PersonAsync(), await landscape.EmployeeAsync(customer.Id, Ability.AddEmployees));
        var contract = await ContractAsync(database, person.Id, customer.Id, 5);
        await WatchAsync();
        var later = contract.EndsOn!.Value.AddDays(100);

        (await TryAsync(async () => await database.As<ExtendContract>(manager.Id).RunAsync(new(contract.Id, later, "More work", await VersionAsync(database, contract.Id)), None))).ShouldBe(KeyRefusals.FreshTouchNeeded);
        (await TryAsync(() => ExtendAsync(manager, contract, contract.EndsOn))).ShouldBe(HrRefusals.PeriodInvalid);
        (await TryAsync(() => ExtendAsync(manager, contract, contract.EndsOn!.Value.AddDays(-1)))).ShouldBe(HrRefusals.PeriodInvalid);
        await ExtendAsync(manager, contract, later);

        (await ToldAsync(contract.Id.Value, manager)).ShouldAllBe(notice => notice.DoneAt != null);
        (await ToldAsync(contract.Id.Value, person)).ShouldAllBe(notice => notice.DoneAt != null);
        var read = await database.As<ReadEmployee>(manager.Id).RunAsync(contract.Id, None);
        read.EndsOn.ShouldBe(later);
        var history = read.Extensions.ShouldHaveSingleItem();
        (history.Role, history.Before, history.After, history.By, history.Reason).ShouldBe((null, contract.EndsOn!.Value, later, manager.DisplayName, "More work"));
        await ExtendAsync(manager, contract, null);
        (await TryAsync(() => ExtendAsync(manager, contract, later))).ShouldBe(HrRefusals.PeriodInvalid);
    }

    [Fact]
    public async Task Nobody_prolongs_his_own_beyond_his_own_or_over_another_contract()
    {
        var customer = await landscape.CustomerAsync();
        var person = await landscape.PersonAsync();
        var contract = await ContractAsync(database, person.Id, customer.Id, 5);
        var limited = await landscape.PersonAsync();
        var own = await ContractAsync(database, limited.Id, customer.Id, 50, Role.EmployeeManager, null, Ability.AddEmployees);
        var limit = own.EndsOn!.Value;

        (await TryAsync(() => ExtendAsync(limited, own, null))).ShouldBe(HrRefusals.NotToOneself);
        (await TryAsync(() => ExtendAsync(limited, contract, limit.AddDays(1)))).ShouldBe(HrRefusals.EndTooLate);
        (await TryAsync(() => ExtendAsync(limited, contract, null))).ShouldBe(HrRefusals.EndTooLate);
        await ExtendAsync(limited, contract, limit);

        await using (var db = database.Open())
        {
            db.Add(EmployeeContract.Begin(customer.Id, person.Id, limit.AddDays(10), null, landscape.Administrator.Id, database.Clock.GetUtcNow()));
            await db.SaveChangesAsync(None);
        }

        (await TryAsync(() => ExtendAsync(landscape.Administrator, contract, limit.AddDays(10)))).ShouldBe(HrRefusals.AlreadyEmployed);
        await ExtendAsync(landscape.Administrator, contract, limit.AddDays(9));
        await landscape.EndAsync(contract);
        (await TryAsync(() => ExtendAsync(landscape.Administrator, contract, null))).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_role_is_prolonged_by_who_holds_it_whole_and_not_beyond_the_contract()
    {
        var customer = await landscape.CustomerAsync();
        var contract = await ContractAsync(database, (await landscape.PersonAsync()).Id, customer.Id, 50, Role.CustomerManager, 5, Ability.EditCustomer);
        var role = contract.Roles.Single();
        var half = await landscape.EmployeeAsync(customer.Id, Ability.GiveCustomerManagerRole);
        var whole = await landscape.EmployeeAsync(customer.Id, Ability.GiveCustomerManagerRole, Ability.EditCustomer);
        async Task Extend(Person by, DateOnly? end) =>
            await (await database.AsTouchedAsync<ExtendRole>(by.Id)).RunAsync(new(role.Id, role.Role, end, "Test", await VersionAsync(database, role.Id)), None);

        (await TryAsync(() => Extend(half, role.EndsOn!.Value.AddDays(1)))).ShouldBe(HrRefusals.AbilityNotHeld);
        (await TryAsync(() => Extend(whole, contract.EndsOn!.Value.AddDays(1)))).ShouldBe(HrRefusals.EndTooLate);
        await Extend(whole, contract.EndsOn);
        (await database.As<ReadEmployee>(landscape.Administrator.Id).RunAsync(contract.Id, None)).Extensions.ShouldHaveSingleItem().Role.ShouldBe(Role.CustomerManager);
        (await TryAsync(() => Extend(whole, contract.EndsOn))).ShouldBe(HrRefusals.PeriodInvalid);
        await Extend(whole, null);
    }

    [Fact]
    public async Task A_request_that_nobody_answers_lapses_and_the_asker_is_told()
    {
        var customer = await landscape.CustomerAsync();
        var asker = await landscape.EmployeeAsync(customer.Id);
        var id = await database.As<AskForAccess>(asker.Id).RunAsync(new(Ability.EditCustomer, customer.Id, ""), None);
        var start = database.Clock.GetUtcNow();
        try
        {
            database.Clock.Set(start + AccessRequest.Lifetime);
            await WatchAsync();
            await WatchAsync();
        }
        finally
        {
            database.Clock.Set(start);
        }

        (await ToldAsync(id.Value, asker)).ShouldHaveSingleItem().Kind.ShouldBe(NoticeKind.AccessLapsed);
        (await ToldAsync(id.Value, landscape.Administrator)).ShouldHaveSingleItem().DoneAt.ShouldNotBeNull();
        (await database.As<ReadAccessRequest>(asker.Id).RunAsync(id, None)).State.ShouldBe(AccessRequestState.Lapsed);
    }

    private async Task ExtendAsync(Person by, EmployeeContract contract, DateOnly? end) =>
        await (await database.AsTouchedAsync<ExtendContract>(by.Id)).RunAsync(new(contract.Id, end, "More work", await VersionAsync(database, contract.Id)), None);

    private async Task WatchAsync()
    {
        while (!await database.As<RightsWatch>((PersonId?)null).CheckAsync(None))
        {
            await Task.Yield();
        }
    }

    private async Task<List<Notice>> ToldAsync(Guid subject, Person person)
    {
        await using var db = database.Open();
        return await db.Notices.Where(notice => notice.Subject == subject && notice.PersonId == person.Id).OrderBy(notice => notice.Id).ToListAsync(None);
    }

    private static async Task<EmployeeContract> ContractAsync(TestDatabase database, PersonId person, CustomerId customer, int days, Role? role = null, int? roleDays = null, params Ability[] abilities)
    {
        var landscape = database.Landscape;
        var contract = EmployeeContract.Begin(customer, person, landscape.Today, landscape.Today.AddDays(days), landscape.Administrator.Id, database.Clock.GetUtcNow());
        if (role is { } given)
        {
            contract.Give(given, abilities, new RoleGift(landscape.Administrator.Id, null, "Test", database.Clock.GetUtcNow(), roleDays is { } count ? landscape.Today.AddDays(count) : null));
        }

        await using var db = database.Open();
        db.Add(contract);
        await db.SaveChangesAsync(None);
        return contract;
    }

    private static async Task<uint> VersionAsync(TestDatabase database, EmployeeContractId id)
    {
        await using var db = database.Open();
        return db.VersionOf((await db.EmployeeContracts.FindAsync(id))!);
    }

    private static async Task<uint> VersionAsync(TestDatabase database, RoleContractId id)
    {
        await using var db = database.Open();
        return db.VersionOf((await db.RoleContracts.FindAsync(id))!);
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
