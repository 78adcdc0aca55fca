using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Crm;
using NadooIt.Domain.TimeAccounts;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<TimeAccount> TimeAccounts => Set<TimeAccount>();
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
            Kernel.Columns.HasVersion(builder);
        }
    }
}
