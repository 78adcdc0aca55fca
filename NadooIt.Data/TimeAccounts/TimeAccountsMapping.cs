using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Crm;
using NadooIt.Domain.TimeAccounts;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<TimeAccount> TimeAccounts => Set<TimeAccount>();

        public DbSet<LowBalance> LowBalances => Set<LowBalance>();
    }
}

namespace NadooIt.Data.TimeAccounts
{
    internal sealed class TimeAccountMapping : IEntityTypeConfiguration<TimeAccount>
    {
        public void Configure(EntityTypeBuilder<TimeAccount> builder)
        {
            builder.Ignore(account => account.LedgerAccountId);
            builder.HasOne<Customer>().WithMany().HasForeignKey(account => account.CustomerId);
            builder.Property(account => account.Name).HasMaxLength(TimeAccount.LongestName);
            builder.Property(account => account.ReopenReason).HasMaxLength(TimeBooking.LongestNote);
            Kernel.Columns.HasVersion(builder);
        }
    }

    internal sealed class LowBalanceMapping : IEntityTypeConfiguration<LowBalance>
    {
        public void Configure(EntityTypeBuilder<LowBalance> builder)
        {
            builder.HasKey(low => new { low.TimeAccountId, low.Since });
            builder.HasOne<TimeAccount>().WithMany().HasForeignKey(low => low.TimeAccountId);
            builder.HasIndex(low => low.TimeAccountId).IsUnique().HasFilter("ended_at IS NULL").HasDatabaseName("one_open_spell_per_account");
        }
    }
}
