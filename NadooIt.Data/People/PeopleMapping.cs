using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Kernel;
using NadooIt.Data.People;
using NadooIt.Domain.People;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<Person> People => Set<Person>();

        public DbSet<PersonName> PersonNames => Set<PersonName>();
    }
}

namespace NadooIt.Data.People
{
    /// <summary>Display names by id, so that "given by" can name somebody outside the fence; never her code.</summary>
    internal sealed record PersonName(PersonId Id, string DisplayName) : IShared;

    internal sealed class PersonMapping : IEntityTypeConfiguration<Person>
    {
        public void Configure(EntityTypeBuilder<Person> builder)
        {
            builder.Ignore(person => person.PersonId);
            builder.HasIndex(person => person.UserCode).IsUnique();
            builder.Property(person => person.DisplayName).HasMaxLength(Person.LongestDisplayName);
            builder.Property(person => person.Culture).HasMaxLength(10);
            Kernel.Columns.HasVersion(builder);
        }
    }

    internal sealed class PersonNameMapping : IEntityTypeConfiguration<PersonName>
    {
        public void Configure(EntityTypeBuilder<PersonName> builder) =>
            builder.ToSqlQuery("SELECT id, display_name FROM name_of_person").HasKey(person => person.Id);
    }
}
