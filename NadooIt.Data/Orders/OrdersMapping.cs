using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Orders;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<ExecutionOrder> ExecutionOrders => Set<ExecutionOrder>();
    }
}

namespace NadooIt.Data.Orders
{
    internal sealed class ExecutionOrderMapping : IEntityTypeConfiguration<ExecutionOrder>
    {
        public void Configure(EntityTypeBuilder<ExecutionOrder> builder)
        {
            builder.HasOne<CustomerProgram>().WithMany().HasForeignKey(order => order.CustomerProgramId);
            builder.Property(order => order.Reference).HasMaxLength(ExecutionRequest.LongestReference).UseCollation("C");
            builder.Property(order => order.Reason).HasMaxLength(Act.LongestReason);
            // Recording finds an order by it; the last word against opening one twice.
            builder.HasIndex(order => new { order.CustomerProgramId, order.Reference }).IsUnique();
            builder.HasIndex(order => new { order.CustomerId, order.Status, order.OpenedAt, order.Id });
        }
    }
}
