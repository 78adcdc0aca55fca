using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Kernel;

/// <summary>Refuses to write what lies outside the fence. Reaching this refusal is a bug of a use case, not of a person.</summary>
internal static class FenceGuard
{
    public static void Check(ChangeTracker tracker, Fence fence)
    {
        foreach (var entry in tracker.Entries().Where(entry => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted))
        {
            var inside = entry.Entity switch
            {
                Domain.Audit.AuditEntry => entry.State == EntityState.Added,
                Domain.Crm.Customer customer => fence.Reach.Includes(customer.Id),
                ICustomerOwned owned => fence.Reach.Includes(owned.CustomerId),
                IPersonOwned owned => fence.AllPeople || owned.PersonId == fence.Caller?.Person,
                IShared => fence.WritesShared,
                _ => false,
            };
            if (!inside)
            {
                throw new InvalidOperationException($"{entry.Entity.GetType().Name} lies outside the fence of {fence.Ability?.ToString() ?? fence.Purpose ?? "nobody"}.");
            }
        }
    }
}
