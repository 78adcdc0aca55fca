using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.ApiKeys;

/// <summary>Whose key calls, and what it may do.</summary>
public sealed class ReadKeyOwner(Access access)
{
    /// <summary>What the key is.</summary>
    /// <param name="Id">The key.</param>
    /// <param name="Name">What it is for.</param>
    /// <param name="Owner">For whom it acts.</param>
    /// <param name="OwnerName">His display name.</param>
    /// <param name="Abilities">What it may do right now: its abilities as far as the owner holds them.</param>
    /// <param name="Customer">Where it works.</param>
    /// <param name="CustomerName">The name of that customer.</param>
    /// <param name="CustomerPrograms">What it may run; empty for all of the customer.</param>
    /// <param name="CreatedAt">When it was made.</param>
    /// <param name="ExpiresAt">From when on it is refused; null for never.</param>
    /// <param name="IsTest">Whether its executions are those of the test ledger.</param>
    public sealed record Output(
        ApiKeyId Id, string Name, PersonId Owner, string OwnerName, IReadOnlyList<Ability> Abilities, CustomerId Customer, string CustomerName,
        IReadOnlyList<CustomerProgramId> CustomerPrograms, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, bool IsTest);

    /// <summary>Reads.</summary>
    /// <exception cref="NotSignedIn">No key calls.</exception>
    public async Task<Output> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenForKeyAsync(cancellationToken);
        var key = await CallingKey.ReadAsync(db, access, cancellationToken);
        var grants = db.Fence.Grants;
        var owner = await db.PersonNames.SingleAsync(person => person.Id == key.OwnerId, cancellationToken);
        var customer = await db.Customers.Where(candidate => candidate.Id == key.CustomerId).Select(candidate => candidate.Name).SingleAsync(cancellationToken);
        return new(
            key.Id, key.Name, key.OwnerId, owner.DisplayName, [.. key.Abilities.Where(grants.Holds)], key.CustomerId, customer,
            key.CustomerPrograms, key.CreatedAt, key.ExpiresAt, key.IsTest);
    }
}
