using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using NadooIt.Data.Audit;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Kernel;

/// <summary>
/// The database as seen through a fence. Each module adds its sets and its mapping in its own part of this class;
/// this part holds what is true for all: the fence on reading and writing, names, conversions, the audit trail.
/// </summary>
internal sealed partial class NadooItDb(DbContextOptions<NadooItDb> options, Fence fence, TimeProvider clock) : DbContext(options)
{
    private ToldFence? told;

    public Fence Fence { get; private set; } = fence;

    /// <summary>Whether the open connection of a fenced context was told what is inside.</summary>
    public bool IsFenceTold { get; set; }

    /// <summary>Whether the connections of this context are people's, and are told what is inside.</summary>
    private bool IsOfPeople { get; } = options.FindExtension<CoreOptionsExtension>()?.Interceptors?.OfType<FenceConnection>().Any() ?? false;

    // The filters below name these, so that they are read from the context that runs the query. What is null does not count: a
    // comparison with it is left out of the statement, which then asks just what this fence needs, and whose plan can be kept.
    private bool? FenceIsOpen => Fence.IsOpen ? true : null;

    private bool? FenceEverywhere => Fence.Reach.Everywhere ? true : null;

    private CustomerId? FenceOnly => Fence.Reach is { Everywhere: false, Customers: [var only] } ? only : null;

    private bool? FenceSeveral => Fence.Reach is { Everywhere: false, Customers.Count: > 1 } ? true : null;

    private IReadOnlyList<CustomerId> FenceCustomers => Fence.Reach.Customers;

    private bool? FenceAllPeople => Fence.AllPeople ? true : null;

    private PersonId? FencePerson => Fence.AllPeople ? null : Fence.Caller?.Person;

    /// <summary>
    /// Opens what was made closed, once the door knows what is inside. Where its question has told the connection just that, it is
    /// not told again.
    /// </summary>
    public void Open(Fence inside)
    {
        Fence = Fence == Fence.Closed && !IsFenceTold ? inside : throw new InvalidOperationException("Only a closed context is opened.");
        IsFenceTold = IsOfPeople && told == DatabaseFence.ToldOf(inside);
    }

    /// <summary>Says which version of a record somebody saw when he began to edit it.</summary>
    public void Expect(object entity, uint version) => Entry(entity).Property(Columns.Version).OriginalValue = version;

    /// <summary>The version of a tracked record, to hand out with what is shown of it.</summary>
    public uint VersionOf(object entity) => (uint)Entry(entity).Property(Columns.Version).CurrentValue!;

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        ChangeTracker.DetectChanges();
        FenceGuard.Check(ChangeTracker, Fence);
        await AuditTrail.AddAsync(this, clock.GetUtcNow(), cancellationToken);
        try
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new Refused(CommonRefusals.ChangedMeanwhile);
        }
    }

    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("Changes are saved asynchronously.");

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        Columns.Convert(configurationBuilder);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(NadooItDb).Assembly);
        foreach (var entity in modelBuilder.Model.GetEntityTypes().Select(entity => entity.ClrType).ToList())
        {
            Owner(entity).Invoke(this, [modelBuilder]);
        }

        FenceSpecialCases(modelBuilder);
        Paging.MapCountAll(modelBuilder);
        Columns.Name(modelBuilder);
    }

    private static MethodInfo Owner(Type entity)
    {
        var name = entity switch
        {
            _ when typeof(ICustomerOwned).IsAssignableFrom(entity) => nameof(FenceCustomer),
            _ when typeof(IPersonOwned).IsAssignableFrom(entity) => nameof(FencePersonal),
            _ when typeof(IShared).IsAssignableFrom(entity) => nameof(FenceShared),
            _ => throw new InvalidOperationException($"{entity.Name} declares no owner."),
        };
        return typeof(NadooItDb).GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(entity);
    }

    private void FenceCustomer<T>(ModelBuilder model)
        where T : class, ICustomerOwned
    {
        if (typeof(T) != typeof(Domain.Crm.Customer))
        {
            model.Entity<T>().HasQueryFilter(row => EF.Parameter(FenceEverywhere) != null
                || row.CustomerId == FenceOnly || (EF.Parameter(FenceSeveral) != null && FenceCustomers.Contains(row.CustomerId)));
        }
    }

    private void FencePersonal<T>(ModelBuilder model)
        where T : class, IPersonOwned
    {
        if (typeof(T) != typeof(Domain.People.Person))
        {
            model.Entity<T>().HasQueryFilter(row => EF.Parameter(FenceAllPeople) != null || row.PersonId == FencePerson);
        }
    }

    private void FenceShared<T>(ModelBuilder model)
        where T : class, IShared => model.Entity<T>().HasQueryFilter(_ => EF.Parameter(FenceIsOpen) != null);

    /// <summary>A customer is its own owner; a person is also seen by those who look after a customer she works for.</summary>
    private void FenceSpecialCases(ModelBuilder model)
    {
        model.Entity<Domain.Crm.Customer>().HasQueryFilter(row => EF.Parameter(FenceEverywhere) != null
            || row.Id == FenceOnly || (EF.Parameter(FenceSeveral) != null && FenceCustomers.Contains(row.Id)));
        // The contracts have their own filter, here too.
        model.Entity<Domain.People.Person>().HasQueryFilter(row => EF.Parameter(FenceAllPeople) != null
            || row.Id == FencePerson || Set<EmployeeContract>().Any(contract => contract.PersonId == row.Id));
    }
}
