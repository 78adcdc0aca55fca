using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Receipts;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<ReceiptKey> ReceiptKeys => Set<ReceiptKey>();
    }
}

namespace NadooIt.Data.Receipts
{
    internal sealed class ReceiptKeyMapping : IEntityTypeConfiguration<ReceiptKey>
    {
        public void Configure(EntityTypeBuilder<ReceiptKey> builder)
        {
            builder.Property(key => key.Id).HasMaxLength(64);
            builder.Ignore(key => key.IsClear);
            builder.HasIndex(key => key.RetiredAt).IsUnique().HasFilter("retired_at IS NULL").AreNullsDistinct(false)
                .HasDatabaseName("one_receipt_key_signs");
        }
    }
}
