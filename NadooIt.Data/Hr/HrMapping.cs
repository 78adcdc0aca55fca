using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;
using NadooIt.Data.Hr;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<EmployeeContract> EmployeeContracts => Set<EmployeeContract>();

        public DbSet<RoleContract> RoleContracts => Set<RoleContract>();

        public DbSet<AccessRequest> AccessRequests => Set<AccessRequest>();

        public DbSet<PeriodExtension> PeriodExtensions => Set<PeriodExtension>();

        public DbSet<TakenAbility> TakenAbilities => Set<TakenAbility>();

        public DbSet<RenewalReminder> RenewalReminders => Set<RenewalReminder>();

        public DbSet<ContractWith> ContractsWith => Set<ContractWith>();
    }
}

namespace NadooIt.Data.Hr
{
    /// <summary>With whom a contract is, so that "given under" can name a customer outside the fence; nothing more of it.</summary>
    internal sealed record ContractWith(EmployeeContractId Id, string CustomerName) : IShared;

    internal sealed class ContractWithMapping : IEntityTypeConfiguration<ContractWith>
    {
        public void Configure(EntityTypeBuilder<ContractWith> builder) =>
            builder.ToSqlQuery("SELECT id, customer_name FROM customer_of_contract")
                .HasKey(contract => contract.Id);
    }

    internal sealed class EmployeeContractMapping : IEntityTypeConfiguration<EmployeeContract>
    {
        public void Configure(EntityTypeBuilder<EmployeeContract> builder)
        {
            builder.HasOne<Customer>().WithMany().HasForeignKey(contract => contract.CustomerId);
            builder.HasOne<Person>().WithMany().HasForeignKey(contract => contract.PersonId);
            builder.HasMany(contract => contract.Roles).WithOne().HasForeignKey(role => role.EmployeeContractId);
            builder.Navigation(contract => contract.Roles).UsePropertyAccessMode(PropertyAccessMode.Field);
            builder.Property(contract => contract.DeactivationReason).HasMaxLength(EmployeeContract.LongestReason);
            Kernel.Columns.HasVersion(builder);
        }
    }

    internal sealed class RoleContractMapping : IEntityTypeConfiguration<RoleContract>
    {
        public void Configure(EntityTypeBuilder<RoleContract> builder)
        {
            builder.HasMany(role => role.Abilities).WithOne().HasForeignKey(ability => ability.RoleContractId);
            builder.Navigation(role => role.Abilities).UsePropertyAccessMode(PropertyAccessMode.Field);
            builder.Property(role => role.GivenReason).HasMaxLength(EmployeeContract.LongestReason);
            builder.Property(role => role.EndReason).HasMaxLength(EmployeeContract.LongestReason);
            Kernel.Columns.HasVersion(builder);
        }
    }

    internal sealed class RoleAbilityMapping : IEntityTypeConfiguration<RoleAbility>
    {
        public void Configure(EntityTypeBuilder<RoleAbility> builder) =>
            builder.HasKey(ability => new { ability.RoleContractId, ability.Ability });
    }

    internal sealed class AccessRequestMapping : IEntityTypeConfiguration<AccessRequest>
    {
        public void Configure(EntityTypeBuilder<AccessRequest> builder)
        {
            builder.HasOne<Customer>().WithMany().HasForeignKey(request => request.CustomerId);
            builder.HasOne<Person>().WithMany().HasForeignKey(request => request.PersonId);
            // One that is too old lapses when the next is asked, so that the same request waits only once.
            builder.HasIndex(request => new { request.PersonId, request.CustomerId, request.Ability }).IsUnique().HasFilter("outcome IS NULL");
            builder.HasIndex(request => new { request.CustomerId, request.ExpiresAt }).HasFilter("outcome IS NULL");
            builder.Property(request => request.Why).HasMaxLength(AccessRequest.LongestText);
            builder.Property(request => request.Answer).HasMaxLength(AccessRequest.LongestText);
            Kernel.Columns.HasVersion(builder);
        }
    }

    internal sealed class PeriodExtensionMapping : IEntityTypeConfiguration<PeriodExtension>
    {
        public void Configure(EntityTypeBuilder<PeriodExtension> builder)
        {
            builder.HasOne<EmployeeContract>().WithMany().HasForeignKey(extension => extension.EmployeeContractId);
            builder.HasOne<RoleContract>().WithMany().HasForeignKey(extension => extension.RoleContractId);
            builder.Property(extension => extension.Reason).HasMaxLength(EmployeeContract.LongestReason);
        }
    }

    internal sealed class RenewalReminderMapping : IEntityTypeConfiguration<RenewalReminder>
    {
        public void Configure(EntityTypeBuilder<RenewalReminder> builder)
        {
            builder.HasKey(reminder => new { reminder.Subject, reminder.EndsOn, reminder.DaysBefore });
            builder.HasIndex(reminder => reminder.EndsOn);
        }
    }

    internal sealed class TakenAbilityMapping : IEntityTypeConfiguration<TakenAbility>
    {
        public void Configure(EntityTypeBuilder<TakenAbility> builder)
        {
            builder.HasOne<RoleContract>().WithMany().HasForeignKey(taken => taken.RoleContractId);
            builder.Property(taken => taken.Reason).HasMaxLength(EmployeeContract.LongestReason);
        }
    }
}
