using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Keys;
using NadooIt.Domain.People;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<SecurityKey> SecurityKeys => Set<SecurityKey>();

        public DbSet<AllowedKeyModel> AllowedKeyModels => Set<AllowedKeyModel>();

        public DbSet<Session> Sessions => Set<Session>();

        public DbSet<Enrolment> Enrolments => Set<Enrolment>();

        public DbSet<KeyRecovery> KeyRecoveries => Set<KeyRecovery>();

        public DbSet<PasskeyCeremony> PasskeyCeremonies => Set<PasskeyCeremony>();

        public DbSet<ServerSecret> ServerSecrets => Set<ServerSecret>();

        public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

        public DbSet<AttemptCount> AttemptCounts => Set<AttemptCount>();
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

    internal sealed class AllowedKeyModelMapping : IEntityTypeConfiguration<AllowedKeyModel>
    {
        public void Configure(EntityTypeBuilder<AllowedKeyModel> builder)
        {
            builder.HasKey(rule => new { rule.Role, rule.Model });
            builder.Property(rule => rule.Name).HasMaxLength(AllowedKeyModel.LongestName);
        }
    }

    internal sealed class SessionMapping : IEntityTypeConfiguration<Session>
    {
        public void Configure(EntityTypeBuilder<Session> builder)
        {
            builder.HasOne<Person>().WithMany().HasForeignKey(session => session.PersonId);
            builder.HasIndex(session => session.PersonId).HasFilter("ended_at IS NULL");
            builder.HasIndex(session => new { session.PersonId, session.BrowserHash });
            builder.Property(session => session.Address).HasMaxLength(64);
            builder.Property(session => session.Device).HasMaxLength(200);
        }
    }

    internal sealed class EnrolmentMapping : IEntityTypeConfiguration<Enrolment>
    {
        public void Configure(EntityTypeBuilder<Enrolment> builder)
        {
            builder.HasOne<Person>().WithMany().HasForeignKey(enrolment => enrolment.PersonId);
            builder.HasOne<KeyRecovery>().WithMany().HasForeignKey(enrolment => enrolment.RecoveryId);
            builder.HasIndex(enrolment => enrolment.TokenHash).IsUnique();
            Kernel.Columns.HasVersion(builder);
        }
    }

    internal sealed class KeyRecoveryMapping : IEntityTypeConfiguration<KeyRecovery>
    {
        public void Configure(EntityTypeBuilder<KeyRecovery> builder)
        {
            builder.HasOne<Person>().WithMany().HasForeignKey(recovery => recovery.PersonId);
            // At most one that is neither finished nor refused; one that is too old is withdrawn when the next is proposed.
            builder.HasIndex(recovery => recovery.PersonId).IsUnique().HasFilter("completed_at IS NULL AND vetoed_at IS NULL AND withdrawn_at IS NULL");
            builder.Property(recovery => recovery.Reason).HasMaxLength(KeyRecovery.LongestReason);
            builder.Ignore(recovery => recovery.AloneFrom);
            Kernel.Columns.HasVersion(builder);
        }
    }

    internal sealed class PasskeyCeremonyMapping : IEntityTypeConfiguration<PasskeyCeremony>
    {
        public void Configure(EntityTypeBuilder<PasskeyCeremony> builder) => builder.HasIndex(ceremony => ceremony.ExpiresAt);
    }

    internal sealed class ServerSecretMapping : IEntityTypeConfiguration<ServerSecret>
    {
        public void Configure(EntityTypeBuilder<ServerSecret> builder)
        {
            builder.HasKey(secret => secret.Name);
            builder.Property(secret => secret.Name).HasMaxLength(100);
        }
    }

    internal sealed class DataProtectionKeyMapping : IEntityTypeConfiguration<DataProtectionKey>
    {
        public void Configure(EntityTypeBuilder<DataProtectionKey> builder)
        {
            builder.HasKey(key => key.Name);
            builder.Property(key => key.Name).HasMaxLength(200);
        }
    }

    internal sealed class AttemptCountMapping : IEntityTypeConfiguration<AttemptCount>
    {
        public void Configure(EntityTypeBuilder<AttemptCount> builder) => builder.HasIndex(count => count.LastAt);
    }
}
