using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.TimeAccounts;
using Npgsql;

namespace NadooIt.Data.TimeAccounts;

/// <summary>What every booking of time by hand shares.</summary>
internal static class TimeBookings
{
    /// <summary>The account, if it is within reach and open.</summary>
    /// <exception cref="Refused">Unknown, out of reach, or closed.</exception>
    public static async Task<TimeAccount> OpenAccountAsync(this NadooItDb db, TimeAccountId id, CancellationToken cancellationToken)
    {
        var account = await db.TimeAccounts.AsNoTracking().SingleOrDefaultAsync(account => account.Id == id, cancellationToken)
            ?? throw new Refused(CommonRefusals.NotFound);
        return account.ClosedAt is null ? account : throw new Refused(TimeAccountRefusals.Closed);
    }

    /// <summary>
    /// Whether the transfer is booked already. Call it under the lock of its account: a double click, or a retry after
    /// a lost answer, then finds what the first one booked.
    /// </summary>
    /// <exception cref="Refused">The id was used for something else.</exception>
    public static async Task<bool> IsBookedAsync(
        this NadooItDb db, TransferId id, TransferKind kind, LedgerAccountId account, long signedAmount, string? note, CancellationToken cancellationToken)
    {
        var booked = await db.Transfers.AsNoTracking().SingleOrDefaultAsync(transfer => transfer.Id == id, cancellationToken);
        if (booked is null)
        {
            return false;
        }

        return booked.Kind == kind && booked.ChainAccountId == account && booked.SignedAmount == signedAmount && booked.Note == note
            ? true
            : throw new Refused(LedgerRefusals.BookedDifferently);
    }

    /// <summary>
    /// Saves and commits a booking. The same id sent to two accounts at the same moment passes the look above on both,
    /// since each holds only its own account's lock; the key of the table lets one of them through.
    /// </summary>
    /// <exception cref="Refused">The id was used for another account at the same moment.</exception>
    public static async Task CommitBookingAsync(this NadooItDb db, IDbContextTransaction transaction, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "transfer" })
        {
            throw new Refused(LedgerRefusals.BookedDifferently);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Says a refusal of the ledger in the words of time accounts.</summary>
    public static T Saying<T>(Func<T> book)
    {
        try
        {
            return book();
        }
        catch (Refused refused) when (refused.Refusal == LedgerRefusals.LimitReached)
        {
            throw new Refused(TimeAccountRefusals.BelowLimit);
        }
        catch (Refused refused) when (refused.Refusal == LedgerRefusals.AccountClosed)
        {
            throw new Refused(TimeAccountRefusals.Closed);
        }
    }
}
