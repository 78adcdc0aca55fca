using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Ownership;

/// <summary>Lets a stopped customer program run again.</summary>
public sealed class ReactivateCustomerProgram(Access access)
{
    /// <summary>Lets it run; once more changes nothing.</summary>
    /// <exception cref="Refused">Unknown, or changed meanwhile.</exception>
    public async Task RunAsync(CustomerProgramId id, uint version, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.DeactivateCustomerPrograms, cancellationToken);
        var program = await db.CustomerPrograms.SingleOrDefaultAsync(program => program.Id == id, cancellationToken)
            ?? throw new Refused(OwnershipRefusals.NotFound);
        db.Expect(program, version);
        program.Reactivate();
        await db.SaveChangesAsync(cancellationToken);
    }
}
