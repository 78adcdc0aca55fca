using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Ledger;

/// <summary>Finding places in an account's chain by its index alone, however long the chain is.</summary>
internal static class ChainReading
{
    /// <summary>
    /// The position of the first line that was booked at the moment or later; one after the last line when there is none.
    /// </summary>
    /// <remarks>
    /// Halves the chain again and again. Two nodes may book within the same milliseconds in the other order of their
    /// clocks; a line is then counted where it stands in the chain, the same way for whoever asks about that moment.
    /// </remarks>
    public static async Task<long> FirstPositionAtAsync(this NadooItDb db, LedgerAccountId chain, long length, DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var (low, high) = (1L, length + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var bookedAt = await db.Transfers
                .Where(transfer => transfer.ChainAccountId == chain && transfer.ChainPosition == middle)
                .Select(transfer => transfer.BookedAt)
                .SingleAsync(cancellationToken);
            (low, high) = bookedAt >= moment ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>The balance after a line, in seconds; zero before the first.</summary>
    public static async Task<Seconds> BalanceAfterAsync(this NadooItDb db, LedgerAccountId chain, long position, CancellationToken cancellationToken) =>
        position < 1
            ? Seconds.Zero
            : new Seconds(await db.Transfers
                .Where(transfer => transfer.ChainAccountId == chain && transfer.ChainPosition == position)
                .Select(transfer => transfer.BalanceAfter)
                .SingleAsync(cancellationToken));
}
