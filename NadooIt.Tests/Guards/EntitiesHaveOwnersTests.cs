using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Guards;

/// <summary>What nobody owns, nobody is fenced from: every table says whose its rows are, and is filtered by it.</summary>
public sealed class EntitiesHaveOwnersTests(EmptyDatabase database) : IClassFixture<EmptyDatabase>
{
    private static readonly Type[] Owners = [typeof(ICustomerOwned), typeof(IPersonOwned), typeof(IShared)];

    private List<IEntityType> Entities
    {
        get
        {
            using var db = database.Open();
            return [.. db.Model.GetEntityTypes()];
        }
    }

    [Fact]
    public void Every_entity_declares_exactly_one_kind_of_owner()
    {
        Entities.Count.ShouldBeGreaterThan(10);
        foreach (var entity in Entities)
        {
            Owners.Count(owner => owner.IsAssignableFrom(entity.ClrType)).ShouldBe(1, entity.ClrType.Name);
            entity.IsOwned().ShouldBeFalse($"{entity.ClrType.Name} would be reached past its filter");
        }
    }

    [Fact]
    public void Every_entity_is_filtered()
    {
        foreach (var entity in Entities)
        {
            entity.GetDeclaredQueryFilters().ShouldNotBeEmpty(entity.ClrType.Name);
        }
    }

    [Fact]
    public async Task A_context_that_nobody_opened_shows_no_row_of_any_entity()
    {
        var landscape = await Landscape.BuildAsync(database);
        await landscape.TimeAccountAsync((await landscape.CustomerAsync()).Id, seconds: 60);
        await using var open = database.Open();
        await using var closed = new NadooItDatabase(database.LimitedConnectionString, database.Clock).Create(Fence.Closed);
        var filled = 0;
        foreach (var entity in Entities)
        {
            filled += await CountAsync(open, entity) > 0 ? 1 : 0;
            (await CountAsync(closed, entity)).ShouldBe(0, entity.ClrType.Name);
        }

        filled.ShouldBeGreaterThan(5, "otherwise an empty database would pass");
    }

    private static Task<int> CountAsync(DbContext db, IEntityType entity) =>
        (Task<int>)typeof(EntitiesHaveOwnersTests).GetMethod(nameof(CountRowsAsync), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(entity.ClrType).Invoke(null, [db])!;

    private static Task<int> CountRowsAsync<T>(DbContext db)
        where T : class => db.Set<T>().CountAsync();
}
