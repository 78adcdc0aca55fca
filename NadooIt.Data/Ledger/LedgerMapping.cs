using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Ledger;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<LedgerAccount> LedgerAccounts => Set<LedgerAccount>();

        public DbSet<Transfer> Transfers => Set<Transfer>();

        public DbSet<BalanceCheck> BalanceChecks => Set<BalanceCheck>();
    }
}

namespace NadooIt.Data.Ledger
{
    internal sealed class LedgerAccountMapping : IEntityTypeConfiguration<LedgerAccount>
    {
        public void Configure(EntityTypeBuilder<LedgerAccount> builder)
        {
            builder.Ignore(account => account.Available);
            builder.Ignore(account => account.BalanceLessHeld);
            builder.HasOne<Customer>().WithMany().HasForeignKey(account => account.CustomerId);
            // Balances change in place: room on the page keeps the index untouched (heap-only updates).
            builder.HasAnnotation("Npgsql:StorageParameter:fillfactor", 50);
        }
    }

    internal sealed class TransferMapping : IEntityTypeConfiguration<Transfer>
    {
        public void Configure(EntityTypeBuilder<Transfer> builder)
        {
            // No foreign keys: boundaries have no rows, and the chain proves more than a foreign key could.
            builder.Ignore(transfer => transfer.SignedAmount);
            builder.Ignore(transfer => transfer.SignedPending);
            // The last word against ending a hold twice.
            builder.HasIndex(transfer => transfer.PendingId).IsUnique().HasFilter("pending_id IS NOT NULL");
            builder.HasIndex(transfer => new { transfer.ChainAccountId, transfer.ChainPosition }).IsUnique();
            builder.HasIndex(transfer => transfer.ExecutionId);
            builder.Property(transfer => transfer.Note).HasMaxLength(500);
        }
    }

    internal sealed class BalanceCheckMapping : IEntityTypeConfiguration<BalanceCheck>
    {
        public void Configure(EntityTypeBuilder<BalanceCheck> builder)
        {
            builder.Property(check => check.Finding).HasMaxLength(BalanceCheck.LongestFinding);
            builder.HasIndex(check => check.FinishedAt);
        }
    }
}
