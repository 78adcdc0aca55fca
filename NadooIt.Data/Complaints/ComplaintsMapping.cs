using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Complaints;
using NadooIt.Domain.Executions;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<Complaint> Complaints => Set<Complaint>();

        public DbSet<ComplaintStep> ComplaintSteps => Set<ComplaintStep>();
    }
}

namespace NadooIt.Data.Complaints
{
    internal sealed class ComplaintMapping : IEntityTypeConfiguration<Complaint>
    {
        public void Configure(EntityTypeBuilder<Complaint> builder)
        {
            builder.Ignore(complaint => complaint.IsUndecided);
            builder.HasOne<Execution>().WithMany().HasForeignKey(complaint => complaint.ExecutionId);
            builder.Property(complaint => complaint.Text).HasMaxLength(Complaint.LongestText);
            builder.HasIndex(complaint => complaint.ExecutionId);
            // The last word against two complaints at a time.
            builder.HasIndex(complaint => complaint.ExecutionId, "ix_complaint_undecided").IsUnique().HasFilter("status IN (1, 2, 3)");
            builder.HasIndex(complaint => new { complaint.CustomerId, complaint.Status, complaint.Id });
        }
    }

    internal sealed class ComplaintStepMapping : IEntityTypeConfiguration<ComplaintStep>
    {
        public void Configure(EntityTypeBuilder<ComplaintStep> builder)
        {
            builder.HasOne<Complaint>().WithMany().HasForeignKey(step => step.ComplaintId);
            builder.Property(step => step.Reason).HasMaxLength(Act.LongestReason);
            builder.HasIndex(step => new { step.ComplaintId, step.Number }).IsUnique();
        }
    }
}
