using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Ownership;
using NadooIt.Domain.Programs;
using NadooIt.Domain.TimeAccounts;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<CustomerProgram> CustomerPrograms => Set<CustomerProgram>();

        public DbSet<DrawnTimeAccount> DrawnTimeAccounts => Set<DrawnTimeAccount>();

        public DbSet<CustomerProgramTermsChange> CustomerProgramTermsChanges => Set<CustomerProgramTermsChange>();
    }
}

namespace NadooIt.Data.Ownership
{
    internal sealed class CustomerProgramMapping : IEntityTypeConfiguration<CustomerProgram>
    {
        public void Configure(EntityTypeBuilder<CustomerProgram> builder)
        {
            builder.Ignore(program => program.Terms);
            builder.HasOne<Customer>().WithMany().HasForeignKey(program => program.CustomerId);
            builder.HasOne<CatalogueProgram>().WithMany().HasForeignKey(program => program.ProgramId);
            builder.HasMany(program => program.TimeAccounts).WithOne().HasForeignKey(drawn => drawn.CustomerProgramId);
            builder.Navigation(program => program.TimeAccounts).UsePropertyAccessMode(PropertyAccessMode.Field);
            Kernel.Columns.HasVersion(builder);
        }
    }

    internal sealed class DrawnTimeAccountMapping : IEntityTypeConfiguration<DrawnTimeAccount>
    {
        public void Configure(EntityTypeBuilder<DrawnTimeAccount> builder)
        {
            builder.HasKey(drawn => new { drawn.CustomerProgramId, drawn.TimeAccountId });
            builder.HasOne<TimeAccount>().WithMany().HasForeignKey(drawn => drawn.TimeAccountId);
        }
    }

    internal sealed class CustomerProgramTermsChangeMapping : IEntityTypeConfiguration<CustomerProgramTermsChange>
    {
        public void Configure(EntityTypeBuilder<CustomerProgramTermsChange> builder)
        {
            builder.HasKey(change => new { change.CustomerProgramId, change.ValidFrom });
            builder.HasOne<CustomerProgram>().WithMany().HasForeignKey(change => change.CustomerProgramId);
        }
    }
}
