using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Budgets;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<Budget> Budgets => Set<Budget>();

        public DbSet<BudgetWarning> BudgetWarnings => Set<BudgetWarning>();
    }
}

namespace NadooIt.Data.Budgets
{
    internal sealed class BudgetMapping : IEntityTypeConfiguration<Budget>
    {
        public void Configure(EntityTypeBuilder<Budget> builder)
        {
            builder.Ignore(budget => budget.Terms);
            builder.HasOne<Customer>().WithMany().HasForeignKey(budget => budget.CustomerId);
            builder.HasOne<CustomerProgram>().WithMany().HasForeignKey(budget => budget.CustomerProgramId);
            // The last word against two budgets of one thing at once; recording finds those that count by them.
            builder.HasIndex(budget => budget.CustomerId).HasDatabaseName("ix_budget_of_customer").IsUnique().HasFilter("customer_program_id IS NULL AND ended_at IS NULL");
            builder.HasIndex(budget => budget.CustomerProgramId).HasDatabaseName("ix_budget_of_program").IsUnique().HasFilter("customer_program_id IS NOT NULL AND ended_at IS NULL");
            // Recording asks first whether there is any at all.
            builder.HasIndex(budget => budget.IsHardStop).HasDatabaseName("ix_budget_hard_stop").HasFilter("is_hard_stop AND ended_at IS NULL");
            Kernel.Columns.HasVersion(builder);
        }
    }

    internal sealed class BudgetWarningMapping : IEntityTypeConfiguration<BudgetWarning>
    {
        public void Configure(EntityTypeBuilder<BudgetWarning> builder)
        {
            builder.HasKey(warning => new { warning.BudgetId, warning.Month, warning.Level });
            builder.HasOne<Budget>().WithMany().HasForeignKey(warning => warning.BudgetId);
        }
    }
}
