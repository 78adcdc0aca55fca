using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.TimeAccounts;

namespace NadooIt.Data.TimeAccounts;

/// <summary>Credits time that a customer bought.</summary>
public sealed class BuyTime(Access access, TimeProvider clock)
{
    /// <summary>What was bought.</summary>
    /// <param name="Id">Made when the form was opened; the same id again books nothing more.</param>
    /// <param name="Account">Onto which account.</param>
    /// <param name="Amount">Seconds, at least 1.</param>
    /// <param name="Note">Reference or note, up to 500 characters.</param>
    public sealed record Input(TransferId Id, TimeAccountId Account, Seconds Amount, string? Note);

    /// <summary>Books it.</summary>
    /// <exception cref="Refused">Unknown or closed account, amount or note out of range, the id was used elsewhere, or the key has to be touched first.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.SellTime, cancellationToken);
        var account = await db.OpenAccountAsync(input.Account, cancellationToken);
        var (amount, note) = (TimeBooking.Amount(input.Amount).Value, TimeBooking.Note(input.Note, isNeeded: false));
        await db.RequireFreshTouchAsync(access.Caller, clock.GetUtcNow(), cancellationToken);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var ledger = (await db.LockAccountsAsync([account.LedgerAccountId], cancellationToken))[account.LedgerAccountId];
        if (await db.IsBookedAsync(input.Id, TransferKind.Purchase, ledger.Id, amount, note, cancellationToken))
        {
            return;
        }

        var booking = new Booking(input.Id, TransferKind.Purchase, access.Caller.Person, clock.GetUtcNow(), null, note);
        db.Add(TimeBookings.Saying(() => ledger.Credit(amount, LedgerBoundary.TimeSold, booking)));
        await db.CommitBookingAsync(transaction, cancellationToken);
    }
}
