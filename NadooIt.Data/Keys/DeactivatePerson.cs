using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Keys;

/// <summary>Deactivates a person: every session ends at once, links that wait are withdrawn, no key signs her in.</summary>
public sealed class DeactivatePerson(Access access, TimeProvider clock)
{
    /// <summary>Deactivates.</summary>
    /// <exception cref="Refused">Nobody has this id, or nobody could register people any more.</exception>
    public async Task RunAsync(PersonId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.DeleteKeys, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await ApplyAsync(db, id, clock.GetUtcNow(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Deactivates in the open transaction and saves.</summary>
    internal static async Task ApplyAsync(NadooItDb db, PersonId id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Two key managers who deactivate each other at once must not both succeed.
        await db.AdvisoryLockAsync(SetUp.Lock, cancellationToken);
        var person = await db.People.SingleOrDefaultAsync(person => person.Id == id, cancellationToken)
            ?? throw new Refused(PeopleRefusals.Unknown);
        var keyManagers = await db.KeyManagersOn(BusinessTime.DayOf(now)).Distinct().ToListAsync(cancellationToken);
        if (keyManagers.Contains(id) && keyManagers.Count == 1)
        {
            throw new Refused(HrRefusals.LastKeyManager);
        }

        person.Deactivate(now);
        await db.WithdrawEnrolmentsAsync(id, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await db.EndSessionsAsync(id, null, now, cancellationToken);
    }
}
