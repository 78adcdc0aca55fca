using System.Reflection;
using Microsoft.EntityFrameworkCore;
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
    public Fence Fence => fence;

    /// <summary>Whether the open connection of a fenced context was told what is inside.</summary>
    public bool IsFenceTold { get; set; }

    // The filters below name these, so that they are read from the context that runs the query.
    private bool FenceIsOpen => fence.IsOpen;

    private bool FenceEverywhere => fence.Reach.Everywhere;

    private IReadOnlyList<CustomerId> FenceCustomers => fence.Reach.Customers;

    private PersonId FencePerson => fence.Caller?.Person ?? default;

    private bool FenceAllPeople => fence.AllPeople;

    /// <summary>Says which version of a record somebody saw when he began to edit it.</summary>
    public void Expect(object entity, uint version) => Entry(entity).Property(Columns.Version).OriginalValue = version;

    /// <summary>The version of a tracked record, to hand out with what is shown of it.</summary>
    public uint VersionOf(object entity) => (uint)Entry(entity).Property(Columns.Version).CurrentValue!;

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        ChangeTracker.DetectChanges();
        FenceGuard.Check(ChangeTracker, fence);
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
            model.Entity<T>().HasQueryFilter(row => FenceEverywhere || FenceCustomers.Contains(row.CustomerId));
        }
    }

    private void FencePersonal<T>(ModelBuilder model)
        where T : class, IPersonOwned
    {
        if (typeof(T) != typeof(Domain.People.Person))
        {
            model.Entity<T>().HasQueryFilter(row => FenceAllPeople || row.PersonId == FencePerson);
        }
    }

    private void FenceShared<T>(ModelBuilder model)
        where T : class, IShared => model.Entity<T>().HasQueryFilter(_ => FenceIsOpen);

    /// <summary>A customer is its own owner; a person is also seen by those who look after a customer she works for.</summary>
    private void FenceSpecialCases(ModelBuilder model)
    {
        model.Entity<Domain.Crm.Customer>().HasQueryFilter(row => FenceEverywhere || FenceCustomers.Contains(row.Id));
        model.Entity<Domain.People.Person>().HasQueryFilter(row =>
            FenceAllPeople || row.Id == FencePerson
            || Set<EmployeeContract>().Any(contract => contract.PersonId == row.Id
                && (FenceEverywhere || FenceCustomers.Contains(contract.CustomerId))));
    }
}
