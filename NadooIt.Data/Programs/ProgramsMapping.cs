using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Programs;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<CatalogueProgram> Programs => Set<CatalogueProgram>();

        public DbSet<ProgramDependency> ProgramDependencies => Set<ProgramDependency>();
    }
}

namespace NadooIt.Data.Programs
{
    internal sealed class CatalogueProgramMapping : IEntityTypeConfiguration<CatalogueProgram>
    {
        public void Configure(EntityTypeBuilder<CatalogueProgram> builder)
        {
            builder.Property(program => program.Name).HasMaxLength(CatalogueProgram.LongestName);
            builder.Property(program => program.Description).HasMaxLength(CatalogueProgram.LongestDescription);
            Kernel.Columns.HasVersion(builder);
        }
    }

    internal sealed class ProgramDependencyMapping : IEntityTypeConfiguration<ProgramDependency>
    {
        public void Configure(EntityTypeBuilder<ProgramDependency> builder)
        {
            builder.HasKey(dependency => new { dependency.ProgramId, dependency.DependsOnId });
            builder.HasOne<CatalogueProgram>().WithMany().HasForeignKey(dependency => dependency.ProgramId);
            builder.HasOne<CatalogueProgram>().WithMany().HasForeignKey(dependency => dependency.DependsOnId);
        }
    }
}
