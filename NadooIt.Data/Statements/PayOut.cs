using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Data.TimeAccounts;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Statements;

namespace NadooIt.Data.Statements;

/// <summary>Notes that money which was owed to a customer was paid out.</summary>
public sealed class PayOut(Access access, TimeProvider clock)
{
    /// <summary>What was paid out.</summary>
    /// <param name="Id">Made when the form was opened; the same id again books nothing more.</param>
    /// <param name="Customer">To whom.</param>
    /// <param name="Amount">Euro, above 0 and at most what is owed, with at most six decimals.</param>
    /// <param name="Note">Reference or note, 1 to 500 characters.</param>
    public sealed record Input(TransferId Id, CustomerId Customer, decimal Amount, string Note);

    /// <summary>Books it.</summary>
    /// <exception cref="Refused">Unknown customer, amount or note out of range, more than is owed, or the key has to be touched first.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.MarkPayments, cancellationToken);
        var note = Act.ReasonOf(input.Note, isNeeded: true);
        var amount = OwedMoney.Amount(input.Amount).Millionths;
        if (!await db.Customers.AnyAsync(customer => customer.Id == input.Customer, cancellationToken))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        await db.RequireFreshTouchAsync(access.Caller, clock.GetUtcNow(), cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.OpenOwedOnceAsync(input.Customer, cancellationToken);
        var id = BookedExecution.OwedTo(input.Customer);
        var owed = (await db.LockAccountsAsync([id], cancellationToken))[id];
        if (await db.IsBookedAsync(input.Id, TransferKind.Payout, id, amount, note, cancellationToken))
        {
            return;
        }

        db.Add(OwedMoney.PayOut(owed, amount, new Booking(input.Id, TransferKind.Payout, access.Caller.Person, clock.GetUtcNow(), null, note)));
        await db.NotifyExecutionsAsync(input.Customer, cancellationToken);
        await db.CommitBookingAsync(transaction, cancellationToken);
    }
}
