using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.People;

namespace NadooIt.Data.People;

/// <summary>The caller's own name and code, for the corner of every page.</summary>
public sealed class ReadOwnName(Access access)
{
    /// <summary>Name and code.</summary>
    public sealed record Name(string DisplayName, UserCode UserCode);

    /// <summary>Reads.</summary>
    public async Task<Name> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var me = access.Caller.Person;
        return await db.People.Where(person => person.Id == me)
            .Select(person => new Name(person.DisplayName, person.UserCode))
            .SingleAsync(cancellationToken);
    }
}
