using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.TimeAccounts;

namespace NadooIt.Data.TimeAccounts;

/// <summary>Corrects a balance, up or down to the account's limit, by a line that says why.</summary>
public sealed class CorrectTime(Access access, TimeProvider clock)
{
    /// <summary>What is corrected.</summary>
    /// <param name="Id">Made when the form was opened; the same id again books nothing more.</param>
    /// <param name="Account">Which account.</param>
    /// <param name="Amount">Seconds: positive to add, negative to take away; not 0.</param>
    /// <param name="Reason">Why, 1 to 500 characters.</param>
    public sealed record Input(TransferId Id, TimeAccountId Account, Seconds Amount, string Reason);

    /// <summary>Books it.</summary>
    /// <exception cref="Refused">
    /// Unknown or closed account, amount or reason out of range, below the limit, the id was used elsewhere, or the key has to be touched first.
    /// </exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.SellTime, cancellationToken);
        var account = await db.OpenAccountAsync(input.Account, cancellationToken);
        var isAdding = input.Amount > Seconds.Zero;
        var amount = TimeBooking.Amount(isAdding ? input.Amount : -input.Amount).Value;
        var reason = TimeBooking.Note(input.Reason, isNeeded: true);
        await db.RequireFreshTouchAsync(access.Caller, clock.GetUtcNow(), cancellationToken);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var ledger = (await db.LockAccountsAsync([account.LedgerAccountId], cancellationToken))[account.LedgerAccountId];
        if (await db.IsBookedAsync(input.Id, TransferKind.Correction, ledger.Id, input.Amount.Value, reason, cancellationToken))
        {
            return;
        }

        var booking = new Booking(input.Id, TransferKind.Correction, access.Caller.Person, clock.GetUtcNow(), null, reason);
        db.Add(TimeBookings.Saying(() => isAdding
            ? ledger.Credit(amount, LedgerBoundary.TimeCorrected, booking)
            : ledger.Debit(amount, LedgerBoundary.TimeCorrected, booking)));
        await db.CommitBookingAsync(transaction, cancellationToken);
    }
}
