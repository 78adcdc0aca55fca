using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Notices;
using NadooIt.Domain.People;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<Notice> Notices => Set<Notice>();
    }
}

namespace NadooIt.Data.Notices
{
    internal sealed class NoticeMapping : IEntityTypeConfiguration<Notice>
    {
        public void Configure(EntityTypeBuilder<Notice> builder)
        {
            builder.HasOne<Person>().WithMany().HasForeignKey(notice => notice.PersonId);
            builder.HasIndex(notice => new { notice.PersonId, notice.At, notice.Id });
            // What is open is little; it is counted with every page.
            builder.HasIndex(notice => notice.PersonId).HasFilter("done_at IS NULL");
            builder.HasIndex(notice => notice.Subject).HasFilter("done_at IS NULL");
        }
    }
}
