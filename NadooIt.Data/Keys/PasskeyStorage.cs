using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Keys;

/// <summary>What an authenticator keeps about a person.</summary>
/// <param name="Id">The person; the WebAuthn user handle.</param>
/// <param name="UserCode">Shown by the authenticator as the account's name.</param>
/// <param name="DisplayName">Shown beside it.</param>
public sealed record KeyOwner(PersonId Id, UserCode UserCode, string DisplayName);

/// <summary>What the passkey ceremonies read and keep. Nothing here signs anybody in; the use cases do.</summary>
public sealed class PasskeyStorage(Access access, TimeProvider clock)
{
    private const string DecoySecret = "decoy keys";
    private const int DecoySecretSize = 32;

    /// <summary>The secret from which keys for unknown user codes are made up: the same on every node and for ever.</summary>
    public async Task<byte[]> ReadDecoySecretAsync(CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("read the secret of made-up keys");
        while (true)
        {
            var secret = await db.ServerSecrets.AsNoTracking().SingleOrDefaultAsync(secret => secret.Name == DecoySecret, cancellationToken);
            if (secret is not null)
            {
                return secret.Value;
            }

            await db.AddSecretOnceAsync(DecoySecret, RandomNumberGenerator.GetBytes(DecoySecretSize), clock.GetUtcNow(), cancellationToken);
        }
    }

    /// <summary>The person, unless she was deactivated.</summary>
    public async Task<KeyOwner?> FindPersonAsync(PersonId id, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("look up the person of a ceremony");
        return await Owners(db.People.Where(person => person.Id == id)).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>The person who has this user code and at least one key to sign in with.</summary>
    public async Task<KeyOwner?> FindPersonWithKeysAsync(UserCode code, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("look up a user code at sign-in");
        return await Owners(db.People.Where(person => person.UserCode == code
            && db.SecurityKeys.Any(key => key.PersonId == person.Id && key.RemovedAt == null))).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>The keys with which the person can sign in, oldest first.</summary>
    public async Task<IReadOnlyList<SecurityKey>> ListKeysAsync(PersonId person, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("read the keys of a ceremony");
        return await db.SecurityKeys.AsNoTracking()
            .Where(key => key.PersonId == person && key.RemovedAt == null)
            .OrderBy(key => key.Id)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Whose key this is or was; a removed key stays its owner's for ever.</summary>
    public async Task<KeyOwner?> FindKeyOwnerAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("look up the owner of a key");
        return await db.People
            .Where(person => db.SecurityKeys.Any(key => key.PersonId == person.Id && key.CredentialId == credentialId))
            .Select(person => new KeyOwner(person.Id, person.UserCode, person.DisplayName))
            .SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Whether a new key of the person has to tell its model, because not every model fits her roles.</summary>
    public async Task<bool> AsksForModelAsync(PersonId person, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("look up which keys fit a person");
        return (await db.KeyPolicyOfAsync(person, BusinessTime.DayOf(clock.GetUtcNow()), cancellationToken)).IsStrict;
    }

    /// <summary>Keeps what an answer will be checked against.</summary>
    public async Task KeepCeremonyAsync(PasskeyCeremony ceremony, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("begin a ceremony");
        db.Add(ceremony);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Takes a ceremony away; of several that ask for the same one only one gets it.</summary>
    /// <returns>The ceremony, possibly expired; null when there is none, or no longer.</returns>
    public async Task<PasskeyCeremony?> TakeCeremonyAsync(byte[] id, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("answer a ceremony");
        var ceremony = await db.PasskeyCeremonies.AsNoTracking().SingleOrDefaultAsync(ceremony => ceremony.Id == id, cancellationToken);
        var taken = await db.PasskeyCeremonies.Where(ceremony => ceremony.Id == id).ExecuteDeleteAsync(cancellationToken);
        return taken == 1 ? ceremony : null;
    }

    /// <summary>Throws away ceremonies that nobody answered and counts of attempts that are long past.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("sweep what has expired");
        var now = clock.GetUtcNow();
        await db.PasskeyCeremonies.Where(ceremony => ceremony.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
        var past = now - AttemptLimit.QuietSpell;
        await db.AttemptCounts.Where(count => count.LastAt < past).ExecuteDeleteAsync(cancellationToken);
    }

    private static IQueryable<KeyOwner> Owners(IQueryable<Person> people) => people
        .Where(person => person.DeactivatedAt == null)
        .Select(person => new KeyOwner(person.Id, person.UserCode, person.DisplayName));
}
