using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>Takes back a request of one's own; those who were asked do not see it any more.</summary>
public sealed class WithdrawAccessRequest(Access access, TimeProvider clock)
{
    /// <summary>Withdraws.</summary>
    /// <exception cref="Refused">It is unknown or somebody else's, or not open any more.</exception>
    public async Task RunAsync(AccessRequestId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenBeyondAsync(Ability.ManageOwnAccount, "withdraw a request", cancellationToken);
        var (me, now) = (access.Caller.Person, clock.GetUtcNow());
        var request = await db.AccessRequests.SingleOrDefaultAsync(found => found.Id == id && found.PersonId == me, cancellationToken)
            ?? throw new Refused(CommonRefusals.NotFound);
        request.Withdraw(now);
        await db.FinishNoticesAsync(request, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }
}
