using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Ownership;

/// <summary>Changes what a customer program charges and accepts, from now on; recorded executions keep their values.</summary>
public sealed class ChangeTerms(Access access, TimeProvider clock)
{
    /// <summary>What is changed.</summary>
    /// <param name="Id">The customer program.</param>
    /// <param name="Terms">The new terms; another price needs the ability to keep prices.</param>
    /// <param name="Version">The version that was shown.</param>
    public sealed record Input(CustomerProgramId Id, TermsInput Terms, uint Version);

    /// <summary>Changes them and keeps the change as history; the same terms again change nothing.</summary>
    /// <exception cref="Refused">Unknown, not acceptable, not allowed, or changed meanwhile.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateCustomerPrograms, cancellationToken);
        var program = await db.CustomerPrograms.SingleOrDefaultAsync(program => program.Id == input.Id, cancellationToken)
            ?? throw new Refused(OwnershipRefusals.NotFound);
        var before = program.Terms;
        var terms = input.Terms.Checked(before, TermsInput.MayPrice(db.Fence.Grants, program.CustomerId));
        if (terms == before)
        {
            return;
        }

        db.Expect(program, input.Version);
        program.Change(terms);
        db.Add(TermsHistory.Entry(program, await MomentAsync(db, program.Id, cancellationToken), access.Caller.Person));
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Now, or just after the change before if that one is not in the past.</summary>
    private async Task<DateTimeOffset> MomentAsync(NadooItDb db, CustomerProgramId id, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var last = await db.CustomerProgramTermsChanges.Where(change => change.CustomerProgramId == id)
            .MaxAsync(change => (DateTimeOffset?)change.ValidFrom, cancellationToken);
        var next = last?.AddMicroseconds(1);
        return next > now ? next.Value : now;
    }
}
