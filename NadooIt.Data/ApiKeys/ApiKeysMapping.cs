using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    }
}

namespace NadooIt.Data.ApiKeys
{
    internal sealed class ApiKeyMapping : IEntityTypeConfiguration<ApiKey>
    {
        public void Configure(EntityTypeBuilder<ApiKey> builder)
        {
            builder.HasOne<Customer>().WithMany().HasForeignKey(key => key.CustomerId);
            builder.HasOne<Person>().WithMany().HasForeignKey(key => key.OwnerId);
            builder.HasIndex(key => new { key.Hash, key.CustomerId }).IsUnique();
            builder.Property(key => key.Name).HasMaxLength(ApiKey.LongestName);
            builder.Property(key => key.Prefix).HasMaxLength(20);
            builder.PrimitiveCollection(key => key.CustomerPrograms).ElementType(element => element.HasConversion<Kernel.TypedIdConverter<CustomerProgramId>>());
            // No version: nothing but the name can be edited, and "last used" would make every edit look concurrent.
        }
    }
}
