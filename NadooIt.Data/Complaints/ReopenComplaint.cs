using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Complaints;

/// <summary>The customer's side takes up again what was rejected or withdrawn within the last 14 days; the execution is held again.</summary>
public sealed class ReopenComplaint(Access access, TimeProvider clock)
{
    /// <summary>Reopens it.</summary>
    /// <param name="id">The complaint.</param>
    /// <param name="reason">Why, 1 to 500 characters.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="Refused">
    /// Unknown, undecided or accepted, too long ago, the execution is disputed or cancelled, no reason, or the caller is on NADOO's side.
    /// </exception>
    public async Task RunAsync(ComplaintId id, string reason, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenBeyondAsync(Ability.ViewExecutions, "reopen a complaint", cancellationToken);
        await using var book = await ComplaintBook.OpenAsync(db, access, id, Ability.ViewExecutions, clock.GetUtcNow(), cancellationToken);
        book.RequireOwnSide();
        var step = book.Complaint.Reopen(book.Execution, book.Act(reason));
        book.Add(step);
        book.Do(booked => booked.Dispute(book.Act(step.Reason)));
        await book.TellOperatorAsync(step.Reason!, cancellationToken);
        await book.SaveAsync(cancellationToken);
    }
}
