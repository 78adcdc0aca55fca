using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.TimeAccounts;

namespace NadooIt.Data.TimeAccounts;

/// <summary>Moves time from one account to another of the same customer; both chains move in one transaction.</summary>
public sealed class MoveTime(Access access, TimeProvider clock)
{
    /// <summary>What is moved.</summary>
    /// <param name="Id">Made when the form was opened; the same id again books nothing more.</param>
    /// <param name="From">The account that gives, down to its limit.</param>
    /// <param name="To">The account that gets.</param>
    /// <param name="Amount">Seconds, at least 1.</param>
    /// <param name="Note">Why, up to 500 characters.</param>
    public sealed record Input(TransferId Id, TimeAccountId From, TimeAccountId To, Seconds Amount, string? Note);

    /// <summary>Books it.</summary>
    /// <exception cref="Refused">
    /// Unknown or closed account, two customers, the same account twice, amount or note out of range, below the limit,
    /// the id was used elsewhere, or the key has to be touched first.
    /// </exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.OpenTimeAccounts, cancellationToken);
        var from = await db.OpenAccountAsync(input.From, cancellationToken);
        var to = await db.OpenAccountAsync(input.To, cancellationToken);
        if (from.Id == to.Id || from.CustomerId != to.CustomerId)
        {
            throw new Refused(TimeAccountRefusals.TransferInvalid);
        }

        var (amount, note) = (TimeBooking.Amount(input.Amount).Value, TimeBooking.Note(input.Note, isNeeded: false));
        await db.RequireFreshTouchAsync(access.Caller, clock.GetUtcNow(), cancellationToken);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var accounts = await db.LockAccountsAsync([from.LedgerAccountId, to.LedgerAccountId], cancellationToken);
        if (await db.IsBookedAsync(input.Id, TransferKind.Move, from.LedgerAccountId, -amount, note, cancellationToken)
            && await db.IsBookedAsync(Move.OtherSide(input.Id), TransferKind.Move, to.LedgerAccountId, amount, note, cancellationToken))
        {
            return;
        }

        var booking = new Booking(input.Id, TransferKind.Move, access.Caller.Person, clock.GetUtcNow(), null, note);
        var move = TimeBookings.Saying(() =>
            Move.Between(accounts[from.LedgerAccountId], accounts[to.LedgerAccountId], amount, LedgerBoundary.TimeMoved, booking));
        db.AddRange(move.Out, move.In);
        await db.CommitBookingAsync(transaction, cancellationToken);
    }
}
