using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.TimeAccounts;

namespace NadooIt.Data.TimeAccounts;

/// <summary>A time account with its balance, for the API key that calls.</summary>
public sealed class ReadTimeAccountByKey(Access access)
{
    /// <summary>What a client sees.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Balance">Seconds on it now.</param>
    /// <param name="Held">Seconds of the balance that open orders hold.</param>
    public sealed record Output(TimeAccount Account, Seconds Balance, Seconds Held);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">There is none within the key's reach.</exception>
    public async Task<Output> RunAsync(TimeAccountId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewTimeAccounts, cancellationToken);
        var account = await db.TimeAccounts.AsNoTracking().SingleOrDefaultAsync(candidate => candidate.Id == id, cancellationToken)
            ?? throw new Refused(TimeAccountRefusals.NotFound);
        var ledger = account.LedgerAccountId;
        var kept = await db.LedgerAccounts.Where(candidate => candidate.Id == ledger).Select(candidate => new { candidate.Balance, candidate.Pending }).SingleAsync(cancellationToken);
        return new(account, new Seconds(kept.Balance), new Seconds(-kept.Pending));
    }
}
