using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;

namespace NadooIt.Data.Ledger;

/// <summary>Follows chains line by line and stops at the first thing that does not fit. It holds one account at a time.</summary>
internal sealed class ChainProof
{
    private static readonly LedgerAccountId Moved = LedgerBoundaries.IdOf(LedgerBoundary.TimeMoved);
    private LedgerAccount? account;
    private long position;
    private long balance;
    private long pending;
    private byte[] hash = [];

    // Holds of this account that nothing has ended yet; most accounts never have one.
    private readonly Dictionary<TransferId, (LedgerAccountId From, LedgerAccountId To, long Amount)> holds = [];
    private long prepaid;
    private long owed;
    private long moved;
    private Transfer? lastMove;

    public long Accounts { get; private set; }

    public long Lines { get; private set; }

    public LedgerReport Report(LedgerFinding? finding) => new(finding, Accounts, Lines, new Seconds(prepaid), Money.FromMillionths(owed));

    /// <summary>Takes the next line; lines come by account, then by position. An account without lines comes with none.</summary>
    public LedgerFinding? Next(LedgerAccount next, Transfer? line)
    {
        var before = account?.Id == next.Id ? null : Finish();
        if (account?.Id != next.Id)
        {
            (account, position, balance, pending, hash) = (next, 0, 0, 0, new byte[TransferHash.Size]);
            holds.Clear();
        }

        return before ?? (line is null ? null : Follow(next, line));
    }

    /// <summary>Closes the account at hand.</summary>
    public LedgerFinding? Finish()
    {
        if (account is not { } done)
        {
            return null;
        }

        Accounts++;
        (prepaid, owed) = done.Kind switch
        {
            LedgerAccountKind.PrepaidTime => (prepaid + balance, owed),
            LedgerAccountKind.Receivable => (prepaid, owed + balance),
            _ => (prepaid, owed),
        };
        return done.ChainLength != position ? new(LedgerFault.LengthDiffers, done.Id, null, null, done.ChainLength, position)
            : done.Balance != balance ? new(LedgerFault.BalanceDiffers, done.Id, null, null, balance, done.Balance)
            : done.Pending != pending ? new(LedgerFault.PendingDiffers, done.Id, null, null, pending, done.Pending)
            : !done.ChainHash.AsSpan().SequenceEqual(hash) ? new(LedgerFault.LastHashDiffers, done.Id, null, null, null, null)
            : null;
    }

    /// <summary>What moved between accounts of customers sums to zero, once every chain is done.</summary>
    public LedgerFinding? FinishMoves() =>
        moved == 0 ? null : new(LedgerFault.MovesDiffer, lastMove?.ChainAccountId, null, lastMove?.Id, 0, moved);

    private LedgerFinding? Follow(LedgerAccount of, Transfer line)
    {
        Lines++;
        position++;
        var expected = unchecked(balance + line.SignedAmount);
        var expectedPending = unchecked(pending + line.SignedPending);
        var fault =
            line.ChainPosition != position ? LedgerFault.LineMissing
            : line.CustomerId != of.CustomerId || line.Unit != of.Unit || (line.FromAccountId != of.Id && line.ToAccountId != of.Id) ? LedgerFault.WrongAccount
            : line.Amount <= 0 ? LedgerFault.AmountNotPositive
            : line.BalanceAfter != expected ? LedgerFault.BalanceAfterDiffers
            : line.PendingAfter != (line.Phase == TransferPhase.Booked ? (long?)null : expectedPending) ? LedgerFault.PendingAfterDiffers
            : !line.Fits(hash) ? LedgerFault.HashDiffers
            : !Hold(line) ? LedgerFault.HoldMissing
            : (LedgerFault?)null;
        if (fault is { } found)
        {
            var (wanted, stored) = found switch
            {
                LedgerFault.LineMissing => (position, line.ChainPosition),
                LedgerFault.BalanceAfterDiffers => (expected, line.BalanceAfter),
                LedgerFault.PendingAfterDiffers => (line.Phase == TransferPhase.Booked ? null : expectedPending, line.PendingAfter ?? 0),
                _ => ((long?)null, (long?)null),
            };
            return new(found, of.Id, position, line.Id, wanted, stored);
        }

        if (line.FromAccountId == Moved || line.ToAccountId == Moved)
        {
            (moved, lastMove) = (moved + line.SignedAmount, line);
        }

        (balance, pending, hash) = (line.BalanceAfter, expectedPending, line.Hash);
        return null;
    }

    /// <summary>Notes a hold, or takes it away with the line that ends it; false when there is none like it.</summary>
    private bool Hold(Transfer line) => line.Phase switch
    {
        TransferPhase.Booked => line.PendingId is null,
        TransferPhase.Pending => line.PendingId is null && holds.TryAdd(line.Id, (line.FromAccountId, line.ToAccountId, line.Amount)),
        _ => line.PendingId is { } held && holds.Remove(held, out var hold) && hold == (line.FromAccountId, line.ToAccountId, line.Amount),
    };
}
