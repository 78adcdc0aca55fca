using System.Data;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;

namespace NadooIt.Data.Ledger;

/// <summary>
/// Reads the whole ledger line by line, in one snapshot and in bounded memory, and names the first thing that does not
/// fit: a changed, deleted, added or reordered line, or a balance that is not the sum of its lines. For the console.
/// </summary>
public sealed class LedgerVerifier(NadooItDatabase database)
{
    /// <summary>Verifies.</summary>
    /// <param name="progress">Is told how many lines are done, now and then; null when nobody waits.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<LedgerReport> VerifyAsync(Action<long>? progress, CancellationToken cancellationToken)
    {
        await using var db = database.Create(Fence.System("verify the ledger"));
        return await RunAsync(db, progress, cancellationToken);
    }

    internal static async Task<LedgerReport> RunAsync(NadooItDb db, Action<long>? progress, CancellationToken cancellationToken)
    {
        const long linesPerReport = 100_000;
        // Long chains take minutes; the snapshot keeps what is booked meanwhile out of sight.
        db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var proof = new ChainProof();
        var rows =
            from account in db.LedgerAccounts.AsNoTracking()
            join line in db.Transfers.AsNoTracking() on account.Id equals line.ChainAccountId into chain
            from line in chain.DefaultIfEmpty()
            orderby account.Id, line.ChainPosition
            select new { Account = account, Line = line };
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (proof.Next(row.Account, row.Line) is { } finding)
            {
                return proof.Report(finding);
            }

            if (proof.Lines % linesPerReport == 0 && proof.Lines > 0)
            {
                progress?.Invoke(proof.Lines);
            }
        }

        return proof.Report(proof.Finish() ?? await OrphanAsync(db, cancellationToken) ?? proof.FinishMoves());
    }

    private static async Task<LedgerFinding?> OrphanAsync(NadooItDb db, CancellationToken cancellationToken)
    {
        var orphan = await db.Transfers.AsNoTracking()
            .Where(line => !db.LedgerAccounts.Any(account => account.Id == line.ChainAccountId))
            .OrderBy(line => line.ChainAccountId).ThenBy(line => line.ChainPosition)
            .FirstOrDefaultAsync(cancellationToken);
        return orphan is null ? null : new(LedgerFault.AccountMissing, orphan.ChainAccountId, orphan.ChainPosition, orphan.Id, null, null);
    }
}
