using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Ledger;

namespace NadooIt.Data.Ledger;

/// <summary>Asks for a check of all balances now; one of the nodes begins it within seconds.</summary>
public sealed class RequestBalanceCheck(Access access, TimeProvider clock)
{
    /// <summary>Asks; while one waits or runs, that one is meant.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.RunPlatform, cancellationToken);
        if (await db.BalanceChecks.AnyAsync(check => check.FinishedAt == null, cancellationToken))
        {
            return;
        }

        db.Add(BalanceCheck.Request(access.Caller.Person, clock.GetUtcNow()));
        await db.SaveChangesAsync(cancellationToken);
    }
}
