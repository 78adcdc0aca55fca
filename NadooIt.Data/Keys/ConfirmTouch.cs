using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>Notes in the session that its person touched the key again; for five minutes that is fresh.</summary>
public sealed class ConfirmTouch(Access access, TimeProvider clock)
{
    /// <summary>Notes it.</summary>
    /// <exception cref="Refused">The touch is another person's, was used at the same time, or the key was removed.</exception>
    public async Task RunAsync(KeyTouch touch, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        if (touch.Person != access.Caller.Person)
        {
            throw new Refused(KeyRefusals.SignInFailed);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow();
        await db.RecordUseAsync(touch, now, cancellationToken);
        var id = access.Caller.Session;
        var session = await db.Sessions.SingleAsync(session => session.Id == id, cancellationToken);
        session.Verify(now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
