using NadooIt.Data.Kernel;
using NadooIt.Data.Programs;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Programs;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Programs;

public sealed class ProgramsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly PersonId keeper = database.Landscape.Administrator.Id;

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(ListPrograms), Ability.ViewPrograms, Seen((database, person, _) => database.As<ListPrograms>(person).RunAsync(new(null, true, new PageRequest()), None))),
        new(typeof(ListProgramChoices), Ability.ViewPrograms, Seen((database, person, _) => database.As<ListProgramChoices>(person).RunAsync(None))),
        new(typeof(ReadProgram), Ability.ViewPrograms, Seen(async (database, person, _) => await database.As<ReadProgram>(person).RunAsync(await AnyAsync(database), None))),
        new(typeof(ListProgramUses), Ability.ViewCustomerPrograms, async (database, person, customer) =>
        {
            var program = (await database.Landscape.CustomerProgramAsync(customer)).ProgramId;
            var uses = await database.As<ListProgramUses>(person).RunAsync(program, None);
            _ = uses.FirstOrDefault(use => use.Customer == customer) ?? throw PermissionTable.NotListed;
        }),
        new(typeof(CreateProgram), Ability.KeepPrograms, (database, person, _) => database.As<CreateProgram>(person).RunAsync("New", "", None)),
        new(typeof(DescribeProgram), Ability.KeepPrograms, async (database, person, _) =>
        {
            var program = await ReadAsync(database, await AnyAsync(database));
            await database.As<DescribeProgram>(person).RunAsync(new(program.Id, "Renamed", "", program.Version), None);
        }),
        new(typeof(RetireProgram), Ability.KeepPrograms, async (database, person, _) =>
        {
            var program = await ReadAsync(database, await AnyAsync(database));
            await database.As<RetireProgram>(person).RunAsync(program.Id, program.Version, None);
        }),
        new(typeof(RestoreProgram), Ability.KeepPrograms, async (database, person, _) =>
        {
            var program = await ReadAsync(database, await AnyAsync(database));
            await database.As<RestoreProgram>(person).RunAsync(program.Id, program.Version, None);
        }),
        new(typeof(AddDependency), Ability.KeepPrograms, async (database, person, _) =>
            await database.As<AddDependency>(person).RunAsync(await AnyAsync(database), await AnyAsync(database), None)),
        new(typeof(RemoveDependency), Ability.KeepPrograms, async (database, person, _) =>
        {
            var (program, needed) = (await AnyAsync(database), await AnyAsync(database));
            await database.As<AddDependency>(database.Landscape.Administrator.Id).RunAsync(program, needed, None);
            await database.As<RemoveDependency>(person).RunAsync(program, needed, None);
        }),
    ];

    public static TheoryData<string> Rows() => PermissionTable.Names(Permissions);

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Only_the_right_ability_opens_it(string name) => PermissionTable.CheckAsync(database, Permissions.Single(row => row.Name == name));

    [Fact]
    public async Task A_cycle_is_refused_however_long()
    {
        var (a, b, c) = (await AnyAsync(database), await AnyAsync(database), await AnyAsync(database));
        await AddAsync(a, b);
        await AddAsync(b, c);
        await AddAsync(b, c);

        (await Should.ThrowAsync<Refused>(() => AddAsync(c, a))).Refusal.ShouldBe(ProgramRefusals.DependencyLoop);
        (await Should.ThrowAsync<Refused>(() => AddAsync(a, a))).Refusal.ShouldBe(ProgramRefusals.DependencyLoop);
        (await ReadAsync(database, b)).Needs.ShouldHaveSingleItem().Id.ShouldBe(c);
        (await ReadAsync(database, b)).NeededBy.ShouldHaveSingleItem().Id.ShouldBe(a);
    }

    [Fact]
    public async Task Two_people_cannot_make_a_cycle_together()
    {
        for (var trial = 0; trial < 10; trial++)
        {
            var (a, b) = (await AnyAsync(database), await AnyAsync(database));
            var results = await Task.WhenAll(TryAsync(a, b), TryAsync(b, a));
            results.Count(went => went).ShouldBe(1);
        }

        async Task<bool> TryAsync(ProgramId program, ProgramId needed)
        {
            try
            {
                await AddAsync(program, needed);
                return true;
            }
            catch (Refused refused) when (refused.Refusal == ProgramRefusals.DependencyLoop)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task A_retired_program_leaves_the_choices_and_comes_back()
    {
        var id = await AnyAsync(database);
        var old = (await ReadAsync(database, id)).Version;
        await database.As<RetireProgram>(keeper).RunAsync(id, old, None);

        (await database.As<ListProgramChoices>(keeper).RunAsync(None)).ShouldNotContain(choice => choice.Id == id);
        (await Should.ThrowAsync<Refused>(() => database.As<RestoreProgram>(keeper).RunAsync(id, old, None))).Refusal.ShouldBe(CommonRefusals.ChangedMeanwhile);
        await database.As<RestoreProgram>(keeper).RunAsync(id, (await ReadAsync(database, id)).Version, None);
        (await database.As<ListProgramChoices>(keeper).RunAsync(None)).ShouldContain(choice => choice.Id == id);
    }

    private Task AddAsync(ProgramId program, ProgramId needed) => database.As<AddDependency>(keeper).RunAsync(program, needed, None);

    private static Task<ProgramId> AnyAsync(TestDatabase database) =>
        database.As<CreateProgram>(database.Landscape.Administrator.Id).RunAsync("Program", "Does something", None);

    private static Task<ReadProgram.Result> ReadAsync(TestDatabase database, ProgramId id) =>
        database.As<ReadProgram>(database.Landscape.Administrator.Id).RunAsync(id, None);

    /// <summary>The catalogue belongs to everybody with a running contract; whoever has one elsewhere sees it too.</summary>
    private static Func<TestDatabase, PersonId?, CustomerId, Task> Seen(Func<TestDatabase, PersonId?, CustomerId, Task> call) => async (database, person, customer) =>
    {
        await call(database, person, customer);
        await using var db = database.Open();
        if (person is { } id && !db.EmployeeContracts.Any(contract => contract.PersonId == id && contract.CustomerId == customer))
        {
            throw PermissionTable.NotListed;
        }
    };
}
