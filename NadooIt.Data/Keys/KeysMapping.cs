using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Keys;
using NadooIt.Domain.People;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<SecurityKey> SecurityKeys => Set<SecurityKey>();

        public DbSet<Session> Sessions => Set<Session>();

        public DbSet<Enrolment> Enrolments => Set<Enrolment>();
    }
}

namespace NadooIt.Data.Keys
{
    internal sealed class SecurityKeyMapping : IEntityTypeConfiguration<SecurityKey>
    {
        public void Configure(EntityTypeBuilder<SecurityKey> builder)
        {
            builder.HasOne<Person>().WithMany().HasForeignKey(key => key.PersonId);
            builder.HasIndex(key => key.CredentialId).IsUnique();
            builder.Property(key => key.Name).HasMaxLength(SecurityKey.LongestName);
        }
    }

    internal sealed class SessionMapping : IEntityTypeConfiguration<Session>
    {
        public void Configure(EntityTypeBuilder<Session> builder)
        {
            builder.HasOne<Person>().WithMany().HasForeignKey(session => session.PersonId);
            builder.Property(session => session.Address).HasMaxLength(64);
            builder.Property(session => session.Device).HasMaxLength(200);
        }
    }

    internal sealed class EnrolmentMapping : IEntityTypeConfiguration<Enrolment>
    {
        public void Configure(EntityTypeBuilder<Enrolment> builder)
        {
            builder.HasOne<Person>().WithMany().HasForeignKey(enrolment => enrolment.PersonId);
            builder.HasIndex(enrolment => enrolment.TokenHash).IsUnique();
            Kernel.Columns.HasVersion(builder);
        }
    }
}
