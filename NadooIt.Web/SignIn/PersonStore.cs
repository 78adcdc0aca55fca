using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Identity;
using NadooIt.Data.Keys;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.SignIn;

/// <summary>
/// Lets the framework's passkey handler read persons and keys. It reads only: persons and keys are written by use
/// cases, which know who acts and why, so every writing member refuses.
/// </summary>
internal sealed class PersonStore(PasskeyStorage storage) : IUserPasskeyStore<PasskeyPerson>
{
    private PasskeyPerson? decoy;
    private ExceptionDispatchInfo? fault;

    /// <summary>Throws what a look-up of this request threw.</summary>
    /// <remarks>The handler turns every exception into "not accepted"; a broken database must not look like a wrong key.</remarks>
    public void ThrowFault() => fault?.Throw();

    /// <summary>Makes the made-up person of the current ceremony findable for the rest of this request.</summary>
    public void Admit(PasskeyPerson madeUp) => decoy = madeUp;

    public Task<string> GetUserIdAsync(PasskeyPerson user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());

    public Task<string?> GetUserNameAsync(PasskeyPerson user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.UserCode);

    public Task<string?> GetNormalizedUserNameAsync(PasskeyPerson user, CancellationToken cancellationToken) => GetUserNameAsync(user, cancellationToken);

    public async Task<PasskeyPerson?> FindByIdAsync(string userId, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(userId, out var value))
        {
            return null;
        }

        var id = new PersonId(value);

        // A decoy takes the same trip to the database as a person who exists.
        var owner = await WatchAsync(() => storage.FindPersonAsync(id, cancellationToken));
        return owner is not null ? PasskeyPerson.From(owner) : decoy?.Id == id ? decoy : null;
    }

    public Task<PasskeyPerson?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A user code is looked up by the sign-in ceremony only.");

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(PasskeyPerson user, CancellationToken cancellationToken)
    {
        var keys = await WatchAsync(() => storage.ListKeysAsync(user.Id, cancellationToken));
        var decoys = new DecoyKeys(await WatchAsync(() => storage.ReadDecoySecretAsync(cancellationToken))).KeysOf(user.Id);
        return user.IsDecoy ? [.. decoys] : [.. keys.Select(ToPasskey)];
    }

    public async Task<PasskeyPerson?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await WatchAsync(() => storage.FindKeyOwnerAsync(credentialId, cancellationToken)) is { } owner ? PasskeyPerson.From(owner) : null;

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(PasskeyPerson user, byte[] credentialId, CancellationToken cancellationToken)
    {
        var keys = await GetPasskeysAsync(user, cancellationToken);
        return keys.FirstOrDefault(key => key.CredentialId.AsSpan().SequenceEqual(credentialId));
    }

    public Task AddOrUpdatePasskeyAsync(PasskeyPerson user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw ReadOnly();

    public Task RemovePasskeyAsync(PasskeyPerson user, byte[] credentialId, CancellationToken cancellationToken) => throw ReadOnly();

    public Task SetUserNameAsync(PasskeyPerson user, string? userName, CancellationToken cancellationToken) => throw ReadOnly();

    public Task SetNormalizedUserNameAsync(PasskeyPerson user, string? normalizedName, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<IdentityResult> CreateAsync(PasskeyPerson user, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<IdentityResult> UpdateAsync(PasskeyPerson user, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<IdentityResult> DeleteAsync(PasskeyPerson user, CancellationToken cancellationToken) => throw ReadOnly();

    public void Dispose()
    {
    }

    private async Task<T> WatchAsync<T>(Func<Task<T>> lookUp)
    {
        try
        {
            return await lookUp();
        }
        catch (Exception exception)
        {
            fault = ExceptionDispatchInfo.Capture(exception);
            throw;
        }
    }

    private static UserPasskeyInfo ToPasskey(SecurityKey key) => new(
        key.CredentialId,
        key.PublicKey,
        key.CreatedAt,
        checked((uint)key.SignCount),
        key.Transports,
        key.IsUserVerified,
        key.IsBackupEligible,
        key.IsBackedUp,
        key.AttestationObject,
        key.ClientDataJson);

    private static NotSupportedException ReadOnly() => new("Persons and keys are written by use cases, not through the identity store.");
}
