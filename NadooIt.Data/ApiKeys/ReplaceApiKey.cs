using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.ApiKeys;

/// <summary>
/// Lets a new key take the place of another. For the overlap both work, so that programs can be changed over without a gap. The
/// secret is returned once. What the key before may do is neither widened nor narrowed.
/// </summary>
public sealed class ReplaceApiKey(Access access, TimeProvider clock)
{
    /// <summary>What is replaced, and until when the two of them work.</summary>
    /// <param name="Id">The key.</param>
    /// <param name="Overlap">How long it goes on, one hour to fourteen days.</param>
    /// <param name="ExpiresAt">From when on the new one is refused; null for never.</param>
    public sealed record Input(ApiKeyId Id, TimeSpan Overlap, DateTimeOffset? ExpiresAt);

    /// <summary>Replaces it.</summary>
    /// <exception cref="Refused">
    /// There is none within reach, it is over or was replaced before, its owner does not work there any more, a time is not acceptable,
    /// or the last touch of the security key is too long ago.
    /// </exception>
    public async Task<CreateApiKey.Output> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateApiKeys, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Two who replace the same key at once must not both succeed.
        await db.AdvisoryLockAsync(BitConverter.ToInt64(input.Id.Value.ToByteArray().AsSpan(8)), cancellationToken);
        var now = clock.GetUtcNow();
        var key = await db.ApiKeys.SingleOrDefaultAsync(candidate => candidate.Id == input.Id, cancellationToken)
            ?? throw new Refused(ApiKeyRefusals.NotFound);
        await db.RequireFreshTouchAsync(access.Caller, now, cancellationToken);
        var contracts = await db.EmployeeContracts.AsNoTracking()
            .Where(contract => contract.PersonId == key.OwnerId && contract.CustomerId == key.CustomerId).ToListAsync(cancellationToken);
        if (!contracts.Any(contract => contract.IsRunningOn(BusinessTime.DayOf(now))))
        {
            throw new Refused(ApiKeyRefusals.OwnerNotEmployed);
        }

        var secret = ApiKeySecret.Create(key.IsTest);
        var next = key.Replace(secret, input.ExpiresAt, input.Overlap, access.Caller.Person, now);
        db.Add(next);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new(next.Id, secret);
    }
}
