using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<Customer> Customers => Set<Customer>();

        public DbSet<Address> Addresses => Set<Address>();
    }
}

namespace NadooIt.Data.Crm
{
    internal sealed class CustomerMapping : IEntityTypeConfiguration<Customer>
    {
        public void Configure(EntityTypeBuilder<Customer> builder)
        {
            builder.Ignore(customer => customer.CustomerId);
            builder.Property(customer => customer.Name).HasMaxLength(Customer.LongestName);
            builder.Property(customer => customer.ComparableName).HasMaxLength(Customer.LongestName);
            builder.HasIndex(customer => customer.ComparableName);
            builder.HasIndex(customer => customer.IsOperator).IsUnique().HasFilter("is_operator");
            Kernel.Columns.HasVersion(builder);
        }
    }

    internal sealed class AddressMapping : IEntityTypeConfiguration<Address>
    {
        public void Configure(EntityTypeBuilder<Address> builder)
        {
            builder.Ignore(address => address.Lines);
            builder.HasOne<Customer>().WithMany().HasForeignKey(address => address.CustomerId);
            builder.HasIndex(address => new { address.CustomerId, address.Kind }).IsUnique().HasFilter("is_default")
                .HasDatabaseName("one_default_address_per_kind");
            foreach (var line in new[] { nameof(Address.Addressee), nameof(Address.Street), nameof(Address.Town) })
            {
                builder.Property<string>(line).HasMaxLength(200);
            }

            builder.Property(address => address.HouseNumber).HasMaxLength(20);
            builder.Property(address => address.PostalCode).HasMaxLength(20);
            builder.Property(address => address.Country).HasMaxLength(2);
            Kernel.Columns.HasVersion(builder);
        }
    }
}
