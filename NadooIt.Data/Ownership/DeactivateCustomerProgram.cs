using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Ownership;

/// <summary>Stops a customer program: its executions are refused from now on.</summary>
public sealed class DeactivateCustomerProgram(Access access, TimeProvider clock)
{
    /// <summary>Stops it; once more changes nothing.</summary>
    /// <exception cref="Refused">Unknown, or changed meanwhile.</exception>
    public async Task RunAsync(CustomerProgramId id, uint version, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.DeactivateCustomerPrograms, cancellationToken);
        var program = await db.CustomerPrograms.SingleOrDefaultAsync(program => program.Id == id, cancellationToken)
            ?? throw new Refused(OwnershipRefusals.NotFound);
        db.Expect(program, version);
        program.Deactivate(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
    }
}
