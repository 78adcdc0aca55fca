using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>Changes the name of one of the caller's keys.</summary>
public sealed class RenameOwnKey(Access access)
{
    /// <summary>Which key, and its new name.</summary>
    public sealed record Input(SecurityKeyId Id, string Name);

    /// <summary>Changes it.</summary>
    /// <exception cref="Refused">The caller has no such key, or the name is not acceptable.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var me = access.Caller.Person;
        var key = await db.SecurityKeys.SingleOrDefaultAsync(key => key.Id == input.Id && key.PersonId == me && key.RemovedAt == null, cancellationToken)
            ?? throw new Refused(CommonRefusals.NotFound);
        key.Rename(input.Name);
        await db.SaveChangesAsync(cancellationToken);
    }
}
