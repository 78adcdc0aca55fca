using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Ownership;

/// <summary>Sets from which time accounts a customer program draws, and in which order, from now on.</summary>
public sealed class ChangeDrawnAccounts(Access access)
{
    /// <summary>What is set.</summary>
    /// <param name="Id">The customer program.</param>
    /// <param name="TimeAccounts">The accounts in order; possibly none.</param>
    /// <param name="Version">The version that was shown.</param>
    public sealed record Input(CustomerProgramId Id, IReadOnlyList<TimeAccountId> TimeAccounts, uint Version);

    /// <summary>Sets them.</summary>
    /// <exception cref="Refused">Unknown, closed, of another customer, or changed meanwhile.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateCustomerPrograms, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var program = await db.CustomerPrograms.Include(program => program.TimeAccounts).SingleOrDefaultAsync(program => program.Id == input.Id, cancellationToken)
            ?? throw new Refused(OwnershipRefusals.NotFound);
        await db.CheckDrawnAsync(program.CustomerId, input.TimeAccounts, [.. program.TimeAccounts.Select(drawn => drawn.TimeAccountId)], cancellationToken);

        db.Expect(program, input.Version);
        // The order stands in rows of its own; this lets the record itself notice a concurrent edit.
        db.Entry(program).Property(row => row.DeactivatedAt).IsModified = true;
        db.RemoveRange(program.TimeAccounts);
        await db.SaveChangesAsync(cancellationToken);
        program.DrawFrom(input.TimeAccounts);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
