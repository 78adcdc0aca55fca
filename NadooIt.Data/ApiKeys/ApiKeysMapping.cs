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

        public DbSet<ApiRequest> ApiRequests => Set<ApiRequest>();

        public DbSet<ApiKeyDay> ApiKeyDays => Set<ApiKeyDay>();
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
            builder.Property(key => key.LastUsedAddress).HasMaxLength(ApiKey.LongestAddress);
            builder.Ignore(key => key.Line);
            builder.Ignore(key => key.IsOfOldSystem);
            builder.HasOne<ApiKey>().WithMany().HasForeignKey(key => key.OriginId);
            builder.PrimitiveCollection(key => key.CustomerPrograms).ElementType(element => element.HasConversion<Kernel.TypedIdConverter<CustomerProgramId>>());
            // No version: nothing but the name can be edited, and "last used" would make every edit look concurrent.
        }
    }

    internal sealed class ApiRequestMapping : IEntityTypeConfiguration<ApiRequest>
    {
        public void Configure(EntityTypeBuilder<ApiRequest> builder)
        {
            // Whose it is, the gate has found out; keys are never deleted, and a foreign key would ask again for each row.
            builder.HasKey(request => new { request.ApiKeyId, request.At, request.Id });
            builder.Property(request => request.Method).HasMaxLength(ApiRequest.LongestMethod);
            builder.Property(request => request.Route).HasMaxLength(ApiRequest.LongestRoute);
            builder.Property(request => request.TraceId).HasMaxLength(32);
        }
    }

    internal sealed class ApiKeyDayMapping : IEntityTypeConfiguration<ApiKeyDay>
    {
        public void Configure(EntityTypeBuilder<ApiKeyDay> builder)
        {
            builder.HasKey(day => new { day.ApiKeyId, day.Day });
            builder.HasOne<ApiKey>().WithMany().HasForeignKey(day => day.ApiKeyId);
        }
    }
}
