using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Audit;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();
    }
}

namespace NadooIt.Data.Audit
{
    internal sealed class AuditEntryMapping : IEntityTypeConfiguration<AuditEntry>
    {
        public void Configure(EntityTypeBuilder<AuditEntry> builder)
        {
            builder.HasIndex(entry => new { entry.Subject, entry.SubjectId });
            builder.HasIndex(entry => new { entry.CustomerId, entry.At });
            builder.Property(entry => entry.Before).HasColumnType("jsonb");
            builder.Property(entry => entry.After).HasColumnType("jsonb");
        }
    }
}
