using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Programs;

/// <summary>Says that a program does not need another one any more.</summary>
public sealed class RemoveDependency(Access access)
{
    /// <summary>Removes it.</summary>
    /// <exception cref="Refused">There is no such dependency, or somebody removed it in this moment.</exception>
    public async Task RunAsync(ProgramId program, ProgramId dependsOn, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.KeepPrograms, cancellationToken);
        var dependency = await db.ProgramDependencies.FindAsync([program, dependsOn], cancellationToken)
            ?? throw new Refused(CommonRefusals.NotFound);
        db.Remove(dependency);
        await db.SaveChangesAsync(cancellationToken);
    }
}
