using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Complaints;

/// <summary>The customer's side does not uphold a complaint: the execution stands as before.</summary>
public sealed class WithdrawComplaint(Access access, TimeProvider clock)
{
    /// <summary>Withdraws it.</summary>
    /// <param name="id">The complaint.</param>
    /// <param name="reason">Why, 1 to 500 characters.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="Refused">Unknown, decided already, no reason, or the caller is on NADOO's side.</exception>
    public async Task RunAsync(ComplaintId id, string reason, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenBeyondAsync(Ability.ViewExecutions, "withdraw a complaint", cancellationToken);
        await using var book = await ComplaintBook.OpenAsync(db, access, id, Ability.ViewExecutions, clock.GetUtcNow(), cancellationToken);
        book.RequireOwnSide();
        var step = book.Complaint.Withdraw(book.Act(reason));
        book.Add(step);
        book.Do(booked => booked.Release(book.Act(step.Reason), book.Complaint.HeldFrom));
        await book.FinishNoticesAsync(cancellationToken);
        await book.SaveAsync(cancellationToken);
    }
}
