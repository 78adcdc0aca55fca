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
}
