using NadooIt.Data.Executions;
using NadooIt.Data.Kernel;
using NadooIt.Data.Search;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Search;

public sealed class FindAnythingTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static IReadOnlyList<PermissionCase> Permissions { get; } =
    [
        new(typeof(FindAnything), Ability.ManageOwnAccount, (database, person, _) => database.As<FindAnything>(person).RunAsync(new("anything", 5), None)),
    ];

    [Fact]
    public Task Everybody_who_is_signed_in_may_search() => PermissionTable.CheckAsync(database, Permissions.Single());

    [Fact]
    public async Task A_search_shows_what_its_lists_show_and_nothing_foreign()
    {
        var here = await database.Landscape.CustomerAsync();
        var manager = await database.Landscape.EmployeeAsync(here.Id, Ability.ViewEmployees);
        var stranger = await database.Landscape.EmployeeAsync((await database.Landscape.CustomerAsync()).Id, Ability.ViewEmployees);

        var seen = await FindAsync(manager.Id, here.Name);
        var foreign = await FindAsync(stranger.Id, here.Name);

        seen.ShouldContain(found => found.Kind == FoundKind.Customer && found.Id == here.Id.Value);
        (await FindAsync(manager.Id, manager.DisplayName)).ShouldContain(found => found.Kind == FoundKind.Employee && found.Detail == here.Name);
        foreign.ShouldNotContain(found => found.Id == here.Id.Value);
        (await FindAsync(stranger.Id, manager.UserCode.ToString())).ShouldNotContain(found => found.Title == manager.DisplayName && found.Detail == here.Name);
    }

    [Fact]
    public async Task An_execution_is_found_by_its_identifier_by_who_may_see_it()
    {
        var here = await database.Landscape.CustomerAsync();
        var manager = await database.Landscape.EmployeeAsync(here.Id, Ability.ViewExecutions, Ability.CreateExecutions);
        var program = await database.Landscape.CustomerProgramAsync(here.Id);
        var execution = (await database.As<RecordExecution>(manager.Id).RunAsync(new(program.Id, "search", null, null, null), None)).Id;
        var stranger = await database.Landscape.EmployeeAsync((await database.Landscape.CustomerAsync()).Id, Ability.ViewExecutions);

        var seen = await FindAsync(manager.Id, execution.ToString());

        seen.Single().ShouldBe(new(FoundKind.Execution, execution.Value, "search", here.Name));
        (await FindAsync(stranger.Id, execution.ToString())).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    [InlineData("x")]
    [InlineData("%")]
    [InlineData("no such name anywhere")]
    public async Task A_text_that_says_nothing_finds_nothing(string? text) =>
        (await FindAsync(database.Landscape.Administrator.Id, text)).ShouldBeEmpty();

    private Task<IReadOnlyList<FindAnything.Found>> FindAsync(PersonId who, string? text) =>
        database.As<FindAnything>(who).RunAsync(new(text, PageRequest.LargestSize), None);
}
