using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Programs;

/// <summary>Puts a retired program back into the catalogue.</summary>
public sealed class RestoreProgram(Access access)
{
    /// <summary>Does it; once more changes nothing.</summary>
    /// <exception cref="Refused">Unknown, or changed meanwhile.</exception>
    public async Task RunAsync(ProgramId id, uint version, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.KeepPrograms, cancellationToken);
        var program = await db.Programs.FindAsync([id], cancellationToken) ?? throw new Refused(CommonRefusals.NotFound);
        db.Expect(program, version);
        program.Restore();
        await db.SaveChangesAsync(cancellationToken);
    }
}
