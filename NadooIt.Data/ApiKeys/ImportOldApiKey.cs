using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.ApiKeys;

/// <summary>
/// Lets a person's key of the old system work in the old API, at every customer where she has a running contract. Each
/// customer gets a record of its own, which its API key managers see and can revoke. Again, it adds what is missing and
/// wakes nothing that was revoked.
/// </summary>
public sealed class ImportOldApiKey(Access access, TimeProvider clock)
{
    /// <summary>What is imported.</summary>
    /// <param name="UserCode">Whose key it is, as typed.</param>
    /// <param name="Key">The key, or its SHA-256 in hexadecimal digits as the old system stored it.</param>
    /// <param name="Name">What it is for.</param>
    public sealed record Input(string UserCode, string Key, string Name);

    /// <summary>For whom and where it works from now on.</summary>
    public sealed record Output(string OwnerName, IReadOnlyList<string> Customers);

    /// <summary>Imports.</summary>
    /// <exception cref="Refused">Nobody has the code, the text is no old key or somebody else's, or no contract runs; or the last touch of the security key is too long ago.</exception>
    public async Task<Output> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.RunPlatform, cancellationToken);
        var now = clock.GetUtcNow();
        if (!OldApiKey.TryParse(input.Key, out var old))
        {
            throw new Refused(ApiKeyRefusals.OldKeyInvalid);
        }

        var code = UserCode.TryParse(input.UserCode, out var parsed) ? parsed : throw new Refused(PeopleRefusals.UserCodeInvalid);
        await db.RequireFreshTouchAsync(access.Caller, now, cancellationToken);
        var owner = await db.People.AsNoTracking().SingleOrDefaultAsync(person => person.UserCode == code && person.DeactivatedAt == null, cancellationToken)
            ?? throw new Refused(PeopleRefusals.Unknown);
        var present = await db.ApiKeys.AsNoTracking().Where(key => key.Hash == old.Hash).ToListAsync(cancellationToken);
        if (present.Any(key => key.OwnerId != owner.Id))
        {
            throw new Refused(ApiKeyRefusals.OldKeyTaken);
        }

        var contracts = await db.EmployeeContracts.AsNoTracking().Where(contract => contract.PersonId == owner.Id).ToListAsync(cancellationToken);
        var customers = contracts.Where(contract => contract.IsRunningOn(BusinessTime.DayOf(now))).Select(contract => contract.CustomerId).Distinct().ToList();
        if (customers.Count == 0)
        {
            throw new Refused(ApiKeyRefusals.OwnerNotEmployed);
        }

        db.AddRange(customers.Except(present.Select(key => key.CustomerId))
            .Select(customer => ApiKey.Import(customer, owner.Id, input.Name, old, access.Caller.Person, now)));
        await db.SaveChangesAsync(cancellationToken);
        var working = await db.ApiKeys.Where(key => key.Hash == old.Hash && key.RevokedAt == null && customers.Contains(key.CustomerId))
            .Select(key => db.Customers.First(customer => customer.Id == key.CustomerId).Name).OrderBy(name => name)
            .ToListAsync(cancellationToken);
        return new(owner.DisplayName, working);
    }
}
