using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.ApiKeys;

/// <summary>What the old API answers (reference section 4.4); each has a literal body that programs in the field know.</summary>
public enum OldAnswer
{
    /// <summary>Something is missing or malformed.</summary>
    InvalidRequest,

    /// <summary>No key that counts.</summary>
    InvalidKey,

    /// <summary>The user code is not that of the key's owner.</summary>
    WrongUserCode,

    /// <summary>The key's owner is deactivated.</summary>
    CallerInactive,

    /// <summary>The customer program is unknown, inactive, or none that the key may run.</summary>
    UnknownProgram,

    /// <summary>The key's owner has no running contract there.</summary>
    NotEmployed,

    /// <summary>Recorded.</summary>
    Created,

    /// <summary>Nobody has the user code who works where the caller works.</summary>
    UnknownUser,

    /// <summary>The person does not work there any more.</summary>
    UserInactive,

    /// <summary>The person works there.</summary>
    UserActive,
}

/// <summary>Who calls the old API: the owner of a key that the body of the request holds.</summary>
/// <param name="Owner">The owner.</param>
/// <param name="Keys">The key as it counts right now, one record for each customer; none when it was revoked or has expired.</param>
/// <param name="Employers">Where the owner has a running contract.</param>
internal sealed record OldCaller(Person Owner, IReadOnlyList<ApiKey> Keys, IReadOnlyCollection<CustomerId> Employers)
{
    /// <summary>Whether this is the owner's user code.</summary>
    public bool IsCalled(string? userCode) => UserCode.TryParse(userCode, out var code) && code == Owner.UserCode;

    /// <summary>The owner of the key; null when nobody has it, whatever became of it since.</summary>
    public static async Task<OldCaller?> FindAsync(NadooItDb db, string presented, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var hash = OldApiKey.HashOf(presented);
        var keys = await db.ApiKeys.AsNoTracking().Where(key => key.Hash == hash).OrderBy(key => key.Id).ToListAsync(cancellationToken);
        if (keys.Count == 0)
        {
            return null;
        }

        var owner = await db.People.AsNoTracking().SingleAsync(person => person.Id == keys[0].OwnerId, cancellationToken);
        var contracts = await db.EmployeeContracts.AsNoTracking().Where(contract => contract.PersonId == owner.Id).ToListAsync(cancellationToken);
        var today = BusinessTime.DayOf(now);
        return new(
            owner, [.. keys.Where(key => key.IsValidAt(now))],
            [.. contracts.Where(contract => contract.IsRunningOn(today)).Select(contract => contract.CustomerId).Distinct()]);
    }
}
