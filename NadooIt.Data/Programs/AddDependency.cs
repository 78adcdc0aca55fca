using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Programs;

namespace NadooIt.Data.Programs;

/// <summary>Says that a program needs another one. A cycle is refused, also one that two people would make together.</summary>
public sealed class AddDependency(Access access)
{
    // All edges of the catalogue are read and written under this one lock: a cycle may run through any of them.
    private const long DependenciesLock = 0x4E41_444F_4F50_4447;

    /// <summary>Adds it; once more changes nothing.</summary>
    /// <exception cref="Refused">Unknown, retired, or it would depend on itself.</exception>
    public async Task RunAsync(ProgramId program, ProgramId dependsOn, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.KeepPrograms, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.AdvisoryLockAsync(DependenciesLock, cancellationToken);
        var ends = await db.Programs.Where(end => end.Id == program || end.Id == dependsOn).ToDictionaryAsync(end => end.Id, cancellationToken);
        if (!ends.ContainsKey(program) || !ends.TryGetValue(dependsOn, out var needed))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        var existing = await db.ProgramDependencies.AsNoTracking().ToListAsync(cancellationToken);
        if (existing.Contains(new ProgramDependency(program, dependsOn)))
        {
            return;
        }

        if (needed.RetiredAt is not null)
        {
            throw new Refused(ProgramRefusals.Retired);
        }

        if (ProgramDependencies.WouldLoop(program, dependsOn, existing))
        {
            throw new Refused(ProgramRefusals.DependencyLoop);
        }

        db.Add(new ProgramDependency(program, dependsOn));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
