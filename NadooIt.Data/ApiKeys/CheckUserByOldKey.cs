using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.ApiKeys;

/// <summary>
/// The old API's question whether somebody works here. It answers only for people with a contract at a customer where the
/// caller's own contract runs; of all others it says the same as of nobody.
/// </summary>
public sealed class CheckUserByOldKey(Access access, ApiCall call, TimeProvider clock)
{
    /// <summary>What a client sends; null where it sends nothing.</summary>
    /// <param name="Key">The API key.</param>
    /// <param name="UserCode">The code of the key's owner.</param>
    /// <param name="UserCodeToCheck">Whom to look for.</param>
    public sealed record Input(string? Key, string? UserCode, string? UserCodeToCheck);

    /// <summary>Checks.</summary>
    /// <returns>The answer; <see cref="OldAnswer.InvalidKey"/> means a key that is known and does not count any more.</returns>
    public async Task<OldAnswer> RunAsync(Input input, CancellationToken cancellationToken)
    {
        if (input.Key is null || input.UserCode is null || input.UserCodeToCheck is null)
        {
            return OldAnswer.InvalidRequest;
        }

        await using var db = access.OpenForSystem("check a user for a caller of the old API");
        var now = clock.GetUtcNow();
        if (await OldCaller.FindAsync(db, input.Key, now, cancellationToken) is not { } caller)
        {
            return OldAnswer.InvalidRequest;
        }

        if (caller.Keys.Count == 0)
        {
            return OldAnswer.InvalidKey;
        }

        call.By(caller.Keys[0].Id, caller.Keys[0].CustomerId);
        if (!caller.IsCalled(input.UserCode))
        {
            return OldAnswer.WrongUserCode;
        }

        if (!caller.Owner.IsActive)
        {
            return OldAnswer.CallerInactive;
        }

        var places = caller.Keys.Select(key => key.CustomerId).Intersect(caller.Employers).ToList();
        if (places.Count == 0)
        {
            return OldAnswer.NotEmployed;
        }

        return await FindAsync(db, input.UserCodeToCheck, places, BusinessTime.DayOf(now), cancellationToken);
    }

    private static async Task<OldAnswer> FindAsync(NadooItDb db, string wanted, List<CustomerId> places, DateOnly today, CancellationToken cancellationToken)
    {
        if (!UserCode.TryParse(wanted, out var code))
        {
            return OldAnswer.UnknownUser;
        }

        var found = await db.People.Where(person => person.UserCode == code)
            .Select(person => new
            {
                IsActive = person.DeactivatedAt == null,
                Contracts = db.EmployeeContracts.Where(contract => contract.PersonId == person.Id && places.Contains(contract.CustomerId)).ToList(),
            })
            .SingleOrDefaultAsync(cancellationToken);
        return found is not { Contracts.Count: > 0 } ? OldAnswer.UnknownUser
            : found.IsActive && found.Contracts.Any(contract => contract.IsRunningOn(today)) ? OldAnswer.UserActive
            : OldAnswer.UserInactive;
    }
}
