using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Ownership;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Ownership;
using NadooIt.Domain.Programs;
using NadooIt.Domain.TimeAccounts;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Ownership;

public sealed class CustomerProgramsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TermsInput Ladder = new(60, 86_400, PriceMode.Dynamic, null);
    private static readonly TermsInput OneCent = new(60, 86_400, PriceMode.Fixed, 0.01m);
    private readonly Landscape landscape = database.Landscape;
    private readonly PersonId administrator = database.Landscape.Administrator.Id;

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(ListCustomerPrograms), Ability.ViewCustomerPrograms, async (database, person, customer) =>
        {
            await database.Landscape.CustomerProgramAsync(customer);
            var result = await database.As<ListCustomerPrograms>(person).RunAsync(new(customer, null, true, null, new PageRequest()), None);
            _ = result.Page.Rows.FirstOrDefault(row => row.Customer == customer) ?? throw PermissionTable.NotListed;
        }),
        new(typeof(ReadCustomerProgram), Ability.ViewCustomerPrograms, async (database, person, customer) =>
            await database.As<ReadCustomerProgram>(person).RunAsync((await database.Landscape.CustomerProgramAsync(customer)).Id, None)),
        new(typeof(ReadPriceCockpit), Ability.ViewCustomerPrograms, async (database, person, customer) =>
            await database.As<ReadPriceCockpit>(person).RunAsync(new((await database.Landscape.CustomerProgramAsync(customer)).Id, 1, null), None)),
        new(typeof(ListPlacesForCustomerPrograms), Ability.CreateCustomerPrograms, async (database, person, customer) =>
            _ = (await database.As<ListPlacesForCustomerPrograms>(person).RunAsync(None)).FirstOrDefault(place => place.Id == customer) ?? throw PermissionTable.NotListed),
        new(typeof(ListAccountsToDrawFrom), Ability.CreateCustomerPrograms, async (database, person, customer) =>
        {
            await database.Landscape.TimeAccountAsync(customer);
            _ = await database.As<ListAccountsToDrawFrom>(person).RunAsync(customer, None) is [var first, ..] ? first : throw PermissionTable.NotListed;
        }),
        new(typeof(CreateCustomerProgram), Ability.CreateCustomerPrograms, async (database, person, customer) =>
            await database.As<CreateCustomerProgram>(person).RunAsync(new(customer, await ProgramAsync(database), Ladder, []), None)),
        new(typeof(ChangeTerms), Ability.CreateCustomerPrograms, async (database, person, customer) =>
        {
            var program = await MadeAsync(database, customer, null);
            await database.As<ChangeTerms>(person).RunAsync(new(program.Id, Ladder with { SavedPerExecution = 61 }, program.Version), None);
        }),
        new(typeof(ChangeDrawnAccounts), Ability.CreateCustomerPrograms, async (database, person, customer) =>
        {
            var program = await MadeAsync(database, customer);
            await database.As<ChangeDrawnAccounts>(person).RunAsync(new(program.Id, [], program.Version), None);
        }),
        new(typeof(ReadDeactivationConsequences), Ability.DeactivateCustomerPrograms, async (database, person, customer) =>
            await database.As<ReadDeactivationConsequences>(person).RunAsync((await MadeAsync(database, customer)).Id, None)),
        new(typeof(DeactivateCustomerProgram), Ability.DeactivateCustomerPrograms, async (database, person, customer) =>
        {
            var program = await MadeAsync(database, customer);
            await database.As<DeactivateCustomerProgram>(person).RunAsync(program.Id, program.Version, None);
        }),
        new(typeof(ReactivateCustomerProgram), Ability.DeactivateCustomerPrograms, async (database, person, customer) =>
        {
            var program = await MadeAsync(database, customer);
            await database.As<ReactivateCustomerProgram>(person).RunAsync(program.Id, program.Version, None);
        }),
    ];

    public static TheoryData<string> Rows() => PermissionTable.Names(Permissions);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Only_the_right_ability_opens_it(string name) => PermissionTable.CheckAsync(database, Permissions.Single(row => row.Name == name));

    [Fact]
    public async Task What_recording_needs_is_there_from_the_first_moment()
    {
        var customer = await landscape.CustomerAsync();
        var (first, second) = (await landscape.TimeAccountAsync(customer.Id, 10), await landscape.TimeAccountAsync(customer.Id, 5));

        var id = await database.As<CreateCustomerProgram>(administrator).RunAsync(new(customer.Id, await ProgramAsync(database), OneCent, [second.Id, first.Id]), None);

        var program = await ReadAsync(id);
        program.Accounts.Select(account => account.Id).ShouldBe([second.Id, first.Id]);
        program.Balance.Value.ShouldBe(15);
        program.Rate.Amount.ShouldBe(0.01m);
        program.History.ShouldHaveSingleItem().By.ShouldBe(landscape.Administrator.DisplayName);
        await using var db = database.Open();
        (await db.LedgerAccounts.SingleAsync(account => account.Id == new LedgerAccountId(id.Value))).Kind.ShouldBe(LedgerAccountKind.Receivable);
        (await db.CustomerProgramProgress.SingleAsync(progress => progress.CustomerProgramId == id)).Saved.ShouldBe(Seconds.Zero);
    }

    [Fact]
    public async Task A_fixed_price_is_for_who_keeps_prices()
    {
        var customer = await landscape.CustomerAsync();
        var manager = await landscape.EmployeeAsync(customer.Id, Ability.CreateCustomerPrograms);
        var program = await ProgramAsync(database);

        await RefusedAsync(OwnershipRefusals.PriceNotAllowed, () => database.As<CreateCustomerProgram>(manager.Id).RunAsync(new(customer.Id, program, OneCent, []), None));
        var id = await database.As<CreateCustomerProgram>(manager.Id).RunAsync(new(customer.Id, program, Ladder, []), None);
        await RefusedAsync(OwnershipRefusals.PriceNotAllowed, async () => await database.As<ChangeTerms>(manager.Id).RunAsync(new(id, OneCent, (await ReadAsync(id)).Version), None));
        await database.As<ChangeTerms>(administrator).RunAsync(new(id, OneCent, (await ReadAsync(id)).Version), None);
        await RefusedAsync(OwnershipRefusals.PriceNotAllowed, async () => await database.As<ChangeTerms>(manager.Id).RunAsync(new(id, Ladder, (await ReadAsync(id)).Version), None));
        await database.As<ChangeTerms>(manager.Id).RunAsync(new(id, OneCent with { SavedPerExecution = 90 }, (await ReadAsync(id)).Version), None);

        var history = (await ReadAsync(id)).History;
        history.Select(change => change.Terms.SavedPerExecution.Value).ShouldBe([90, 60, 60]);
        history.Select(change => change.Terms.PriceMode).ShouldBe([PriceMode.Fixed, PriceMode.Fixed, PriceMode.Dynamic]);
    }

    [Fact]
    public async Task Terms_outside_the_rules_are_refused()
    {
        var customer = await landscape.CustomerAsync();
        var program = await ProgramAsync(database);
        await CreateRefusedAsync(OwnershipRefusals.PriceMissing, Ladder with { PriceMode = PriceMode.Fixed });
        await CreateRefusedAsync(OwnershipRefusals.PriceInvalid, OneCent with { FixedPrice = 0m });
        await CreateRefusedAsync(OwnershipRefusals.PriceInvalid, OneCent with { FixedPrice = 0.0000001m });
        await CreateRefusedAsync(OwnershipRefusals.SavedTimeInvalid, Ladder with { SavedPerExecution = -1 });
        await CreateRefusedAsync(OwnershipRefusals.SavedTimeInvalid, Ladder with { LargestSaved = (31 * 86_400) + 1 });
        await CreateRefusedAsync(OwnershipRefusals.SavedTimeInvalid, Ladder with { SavedPerExecution = 86_401 });

        Task CreateRefusedAsync(Refusal refusal, TermsInput terms) =>
            RefusedAsync(refusal, () => database.As<CreateCustomerProgram>(administrator).RunAsync(new(customer.Id, program, terms, []), None));
    }

    [Fact]
    public async Task Accounts_are_reordered_and_foreign_or_closed_ones_refused()
    {
        var customer = await landscape.CustomerAsync();
        var (a, b, c) = (await landscape.TimeAccountAsync(customer.Id), await landscape.TimeAccountAsync(customer.Id), await landscape.TimeAccountAsync(customer.Id));
        var foreign = await landscape.TimeAccountAsync((await landscape.CustomerAsync()).Id);
        var made = await MadeAsync(database, customer.Id, 0.01m, a.Id, b.Id);

        await DrawAsync(made.Id, made.Version, c.Id, b.Id, a.Id);
        (await ReadAsync(made.Id)).Accounts.Select(account => account.Id).ShouldBe([c.Id, b.Id, a.Id]);
        await RefusedAsync(CommonRefusals.ChangedMeanwhile, () => DrawAsync(made.Id, made.Version, a.Id));
        await RefusedAsync(CommonRefusals.NotFound, async () => await DrawAsync(made.Id, (await ReadAsync(made.Id)).Version, foreign.Id));
        await DrawAsync(made.Id, (await ReadAsync(made.Id)).Version, b.Id);
        (await ReadAsync(made.Id)).Accounts.ShouldHaveSingleItem().Id.ShouldBe(b.Id);
        await database.As<NadooIt.Data.TimeAccounts.CloseTimeAccount>(administrator).RunAsync(
            a.Id, (await database.As<NadooIt.Data.TimeAccounts.ReadTimeAccount>(administrator).RunAsync(a.Id, None)).Version, None);
        await RefusedAsync(TimeAccountRefusals.Closed, async () => await DrawAsync(made.Id, (await ReadAsync(made.Id)).Version, a.Id));

        Task DrawAsync(CustomerProgramId id, uint version, params TimeAccountId[] accounts) =>
            database.As<ChangeDrawnAccounts>(administrator).RunAsync(new(id, accounts, version), None);
    }

    [Fact]
    public async Task A_retired_program_is_not_assigned_any_more()
    {
        var customer = await landscape.CustomerAsync();
        var program = await ProgramAsync(database, isRetired: true);

        await RefusedAsync(ProgramRefusals.Retired, () => database.As<CreateCustomerProgram>(administrator).RunAsync(new(customer.Id, program, Ladder, []), None));
    }

    [Fact]
    public async Task It_stops_and_runs_again()
    {
        var made = await MadeAsync(database, (await landscape.CustomerAsync()).Id);
        await database.As<DeactivateCustomerProgram>(administrator).RunAsync(made.Id, made.Version, None);
        var stopped = await ReadAsync(made.Id);
        stopped.DeactivatedAt.ShouldNotBeNull();
        await database.As<ReactivateCustomerProgram>(administrator).RunAsync(made.Id, stopped.Version, None);
        (await ReadAsync(made.Id)).DeactivatedAt.ShouldBeNull();
    }

    private Task<ReadCustomerProgram.Result> ReadAsync(CustomerProgramId id) => database.As<ReadCustomerProgram>(administrator).RunAsync(id, None);

    private static async Task<ReadCustomerProgram.Result> MadeAsync(TestDatabase database, CustomerId customer, decimal? price = 0.01m, params TimeAccountId[] accounts) =>
        await database.As<ReadCustomerProgram>(database.Landscape.Administrator.Id)
            .RunAsync((await database.Landscape.CustomerProgramAsync(customer, price, timeAccounts: accounts)).Id, None);

    private static async Task<ProgramId> ProgramAsync(TestDatabase database, bool isRetired = false)
    {
        await using var db = database.Open();
        var program = CatalogueProgram.Create("Program", "", database.Clock.GetUtcNow());
        if (isRetired)
        {
            program.Retire(database.Clock.GetUtcNow());
        }

        db.Add(program);
        await db.SaveChangesAsync();
        return program.Id;
    }

    private static async Task RefusedAsync(Refusal refusal, Func<Task> call) => (await Should.ThrowAsync<Refused>(call)).Refusal.ShouldBe(refusal);
}
