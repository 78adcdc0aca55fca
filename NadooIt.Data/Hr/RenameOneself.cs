using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>Changes the caller's own display name.</summary>
public sealed class RenameOneself(Access access)
{
    /// <summary>Renames.</summary>
    /// <param name="displayName">1 to 100 characters.</param>
    /// <param name="version">The version that the caller saw.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="Refused">The name is not acceptable, or it was changed meanwhile.</exception>
    public async Task RunAsync(string displayName, uint version, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var me = access.Caller.Person;
        var person = await db.People.SingleAsync(found => found.Id == me, cancellationToken);
        db.Expect(person, version);
        person.Rename(displayName);
        await db.SaveChangesAsync(cancellationToken);
    }
}
