using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Programs;

/// <summary>Takes a program out of the catalogue; customers who use it keep it.</summary>
public sealed class RetireProgram(Access access, TimeProvider clock)
{
    /// <summary>Does it; once more changes nothing.</summary>
    /// <exception cref="Refused">Unknown, or changed meanwhile.</exception>
    public async Task RunAsync(ProgramId id, uint version, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.KeepPrograms, cancellationToken);
        var program = await db.Programs.FindAsync([id], cancellationToken) ?? throw new Refused(CommonRefusals.NotFound);
        db.Expect(program, version);
        program.Retire(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
    }
}
