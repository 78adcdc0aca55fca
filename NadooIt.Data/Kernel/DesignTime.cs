using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace NadooIt.Data.Kernel;

/// <summary>Lets the command that writes migrations see the model; it never connects.</summary>
internal sealed class DesignTime : IDesignTimeDbContextFactory<NadooItDb>
{
    public NadooItDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<NadooItDb>().UseNpgsql("Host=localhost").Options, Fence.System("write migrations"), TimeProvider.System);
}
