using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<Execution> Executions => Set<Execution>();

        public DbSet<CustomerProgramProgress> CustomerProgramProgress => Set<CustomerProgramProgress>();

        public DbSet<ExecutionDay> ExecutionDays => Set<ExecutionDay>();
    }
}

namespace NadooIt.Data.Executions
{
    internal sealed class ExecutionMapping : IEntityTypeConfiguration<Execution>
    {
        public void Configure(EntityTypeBuilder<Execution> builder)
        {
            builder.HasOne<CustomerProgram>().WithMany().HasForeignKey(execution => execution.CustomerProgramId);
            builder.Property(execution => execution.Reference).HasMaxLength(ExecutionRequest.LongestReference);
            builder.Property(execution => execution.OrderReference).HasMaxLength(ExecutionRequest.LongestReference);
            builder.HasIndex(execution => new { execution.CustomerProgramId, execution.Reference }).IsUnique();
            builder.HasIndex(execution => new { execution.CustomerId, execution.OccurredAt, execution.Id });
        }
    }

    internal sealed class CustomerProgramProgressMapping : IEntityTypeConfiguration<CustomerProgramProgress>
    {
        public void Configure(EntityTypeBuilder<CustomerProgramProgress> builder)
        {
            builder.HasKey(progress => progress.CustomerProgramId);
            builder.HasOne<CustomerProgram>().WithOne().HasForeignKey<CustomerProgramProgress>(progress => progress.CustomerProgramId);
        }
    }

    internal sealed class ExecutionDayMapping : IEntityTypeConfiguration<ExecutionDay>
    {
        public void Configure(EntityTypeBuilder<ExecutionDay> builder) =>
            builder.HasKey(day => new { day.CustomerId, day.Day, day.CustomerProgramId, day.Status });
    }
}
