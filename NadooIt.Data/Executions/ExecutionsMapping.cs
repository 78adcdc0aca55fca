using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Orders;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<Execution> Executions => Set<Execution>();

        public DbSet<CustomerProgramProgress> CustomerProgramProgress => Set<CustomerProgramProgress>();

        public DbSet<ExecutionDay> ExecutionDays => Set<ExecutionDay>();

        public DbSet<StatusRecord> StatusRecords => Set<StatusRecord>();

        public DbSet<ExecutionMonth> ExecutionMonths => Set<ExecutionMonth>();

        public DbSet<BookChange> BookChanges => Set<BookChange>();
    }
}

namespace NadooIt.Data.Executions
{
    internal sealed class ExecutionMapping : IEntityTypeConfiguration<Execution>
    {
        public void Configure(EntityTypeBuilder<Execution> builder)
        {
            builder.Ignore(execution => execution.IsFree);
            builder.Ignore(execution => execution.RecordedStatus);
            // That its customer program exists, the ladder position says that recording locks for it; a foreign key would ask again for each row.
            builder.HasOne<ExecutionOrder>().WithMany().HasForeignKey(execution => execution.OrderId);
            builder.HasIndex(execution => execution.OrderId).HasFilter("order_id IS NOT NULL");
            // Compared by bytes: an index then finds beginnings, whatever language the database speaks.
            builder.Property(execution => execution.Reference).HasMaxLength(ExecutionRequest.LongestReference).UseCollation("C");
            builder.Property(execution => execution.OrderReference).HasMaxLength(ExecutionRequest.LongestReference).UseCollation("C");
            // The reference first, so that the index that keeps it unique also finds it without its program.
            builder.HasIndex(execution => new { execution.Reference, execution.CustomerProgramId }).IsUnique();
            builder.HasIndex(execution => execution.OrderReference).HasFilter("order_reference IS NOT NULL");
            builder.HasIndex(execution => new { execution.CustomerId, execution.OccurredAt, execution.Id });
            builder.HasIndex(execution => new { execution.CustomerProgramId, execution.OccurredAt, execution.Id });
            builder.HasIndex(execution => new { execution.OccurredAt, execution.Id });
            // What is rare must be found without walking what is common; new executions never touch this one.
            builder.HasIndex(execution => new { execution.Status, execution.OccurredAt, execution.Id }).HasFilter("status IN (3, 4, 5, 6)");
        }
    }

    internal sealed class CustomerProgramProgressMapping : IEntityTypeConfiguration<CustomerProgramProgress>
    {
        public void Configure(EntityTypeBuilder<CustomerProgramProgress> builder)
        {
            builder.HasKey(progress => progress.CustomerProgramId);
            builder.HasOne<CustomerProgram>().WithOne().HasForeignKey<CustomerProgramProgress>(progress => progress.CustomerProgramId);
            // How often it was written, and the figures that it carries, see FiguresSchema.
            foreach (var number in new[] { "Revision", "RecentCount", "RecentSaved", "RecentPrepaid", "RecentBilled", "RecentPriceMillionths" })
            {
                builder.Property<long>(number).HasDefaultValue(0L);
            }

            builder.Property<DateOnly?>("RecentDay");
            builder.Property<ExecutionStatus?>("RecentStatus");
            builder.Property<PersonId?>("RecentPersonId");
            builder.HasIndex(progress => progress.CustomerId);
            // It is written with every execution: room on the page keeps its indexes untouched.
            builder.HasAnnotation("Npgsql:StorageParameter:fillfactor", 50);
        }
    }

    internal sealed class ExecutionDayMapping : IEntityTypeConfiguration<ExecutionDay>
    {
        public void Configure(EntityTypeBuilder<ExecutionDay> builder)
        {
            builder.HasKey(day => new { day.CustomerId, day.Day, day.CustomerProgramId, day.Status, day.PersonId });
            builder.HasIndex(day => day.Day);
            builder.ToTable("execution_day").ToView(FiguresSchema.Days);
        }
    }

    internal sealed class StatusRecordMapping : IEntityTypeConfiguration<StatusRecord>
    {
        public void Configure(EntityTypeBuilder<StatusRecord> builder)
        {
            builder.HasOne<Execution>().WithMany().HasForeignKey(record => record.ExecutionId);
            builder.Property(record => record.Reason).HasMaxLength(Act.LongestReason);
            // The last word against paying, reversing or refunding twice.
            builder.HasIndex(record => new { record.ExecutionId, record.Kind }).IsUnique().HasFilter("kind IN (1, 2, 3, 4)");
            builder.HasIndex(record => record.ExecutionId);
            builder.HasIndex(record => new { record.CustomerId, record.At, record.Id });
        }
    }

    internal sealed class ExecutionMonthMapping : IEntityTypeConfiguration<ExecutionMonth>
    {
        public void Configure(EntityTypeBuilder<ExecutionMonth> builder)
        {
            builder.HasKey(month => new { month.CustomerId, month.Month, month.CustomerProgramId, month.Status, month.PersonId });
            builder.HasIndex(month => month.Month);
            builder.ToTable("execution_month").ToView(FiguresSchema.Months);
            // The present month is added to all the time: room on the page keeps its indexes untouched.
            builder.HasAnnotation("Npgsql:StorageParameter:fillfactor", 50);
        }
    }
}
