using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Audit;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

        public DbSet<AuditLink> AuditLinks => Set<AuditLink>();

        public DbSet<AuditHead> AuditHeads => Set<AuditHead>();
    }
}

namespace NadooIt.Data.Audit
{
    internal sealed class AuditEntryMapping : IEntityTypeConfiguration<AuditEntry>
    {
        /// <summary>Counts the entries of all transactions.</summary>
        public const string Numbers = "audit_number";

        public void Configure(EntityTypeBuilder<AuditEntry> builder)
        {
            builder.HasIndex(entry => new { entry.Subject, entry.SubjectId });
            builder.HasIndex(entry => new { entry.CustomerId, entry.At });
            builder.HasIndex(entry => new { entry.At, entry.Number });
            builder.HasIndex(entry => entry.PersonId);
            builder.Property(entry => entry.Before).HasColumnType("jsonb");
            builder.Property(entry => entry.After).HasColumnType("jsonb");

            // The database counts and nobody reads the number back: who may write an entry need not be able to see it.
            var model = builder.Metadata.Model;
            _ = model.FindSequence(Numbers) ?? model.AddSequence(Numbers);
            builder.Property(entry => entry.Number).HasDefaultValueSql($"nextval('{Numbers}')").ValueGeneratedNever();
            builder.Property(entry => entry.Number).Metadata.SetBeforeSaveBehavior(PropertySaveBehavior.Ignore);
        }
    }

    internal sealed class AuditLinkMapping : IEntityTypeConfiguration<AuditLink>
    {
        public void Configure(EntityTypeBuilder<AuditLink> builder)
        {
            builder.HasKey(link => new { link.CustomerId, link.Position });
            builder.HasIndex(link => link.EntryId).IsUnique();
            builder.HasOne<AuditEntry>().WithMany().HasForeignKey(link => link.EntryId);
        }
    }

    internal sealed class AuditHeadMapping : IEntityTypeConfiguration<AuditHead>
    {
        public void Configure(EntityTypeBuilder<AuditHead> builder) => builder.HasKey(head => head.CustomerId);
    }
}
