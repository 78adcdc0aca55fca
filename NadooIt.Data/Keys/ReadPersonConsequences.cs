using NadooIt.Data.Hr;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>What deactivating a person takes away, to be shown before: found by really doing it and taking it back.</summary>
public sealed class ReadPersonConsequences(Access access, TimeProvider clock)
{
    /// <summary>Makes the change, looks, and takes it back.</summary>
    /// <exception cref="Refused">Nobody has this id, or nobody could register people any more.</exception>
    public async Task<Consequences> RunAsync(PersonId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenBeyondAsync(Ability.DeleteKeys, "show what deactivating a person takes away", cancellationToken);
        var now = clock.GetUtcNow();
        return await Rehearsal.OfAsync(
            db, [id], db.Fence.Grants.Of(Ability.DeleteKeys), now, () => DeactivatePerson.ApplyAsync(db, id, now, cancellationToken), cancellationToken);
    }
}
