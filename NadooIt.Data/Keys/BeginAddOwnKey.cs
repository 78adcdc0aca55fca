using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>Whether the caller may add a key now: the last touch of a key has to be fresh.</summary>
public sealed class BeginAddOwnKey(Access access, TimeProvider clock)
{
    /// <summary>The caller, for whom the key will be made.</summary>
    /// <exception cref="Refused">The last touch is more than five minutes ago.</exception>
    public async Task<KeyOwner> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        await db.RequireFreshTouchAsync(access.Caller, clock.GetUtcNow(), cancellationToken);
        var me = access.Caller.Person;
        return await db.People.Where(person => person.Id == me)
            .Select(person => new KeyOwner(person.Id, person.UserCode, person.DisplayName))
            .SingleAsync(cancellationToken);
    }
}
