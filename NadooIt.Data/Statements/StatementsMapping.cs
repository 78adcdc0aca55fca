using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Statements;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<ClosingRecord> ClosingRecords => Set<ClosingRecord>();
    }
}

namespace NadooIt.Data.Statements
{
    internal sealed class ClosingRecordMapping : IEntityTypeConfiguration<ClosingRecord>
    {
        public void Configure(EntityTypeBuilder<ClosingRecord> builder)
        {
            // The last word against two people who close or open a month at once.
            builder.HasKey(record => new { record.CustomerId, record.Month, record.Number });
            builder.HasOne<Customer>().WithMany().HasForeignKey(record => record.CustomerId);
            builder.Property(record => record.Reason).HasMaxLength(Act.LongestReason);
            builder.HasIndex(record => record.Month);
        }
    }
}
