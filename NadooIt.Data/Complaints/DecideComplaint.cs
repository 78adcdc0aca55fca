using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Complaints;

/// <summary>
/// NADOO decides a complaint. Accepted, the execution is reversed, or refunded where money was paid for it, exactly as
/// without a complaint; rejected, it stands as before.
/// </summary>
public sealed class DecideComplaint(Access access, TimeProvider clock)
{
    /// <summary>Decides it.</summary>
    /// <param name="id">The complaint.</param>
    /// <param name="isAccepted">Whether it is found right.</param>
    /// <param name="reason">Why, 1 to 500 characters.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="Refused">
    /// Unknown, decided already, filed by the caller, no reason, a time account is closed, or the key has to be touched first.
    /// </exception>
    public async Task RunAsync(ComplaintId id, bool isAccepted, string reason, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenBeyondAsync(Ability.MarkPayments, "decide a complaint", cancellationToken);
        var now = clock.GetUtcNow();
        await db.RequireFreshTouchAsync(access.Caller, now, cancellationToken);
        await using var book = await ComplaintBook.OpenAsync(db, access, id, Ability.MarkPayments, now, cancellationToken);
        var step = book.Complaint.Decide(isAccepted, book.Act(reason));
        book.Add(step);
        var (act, before) = (book.Act(step.Reason), book.Complaint.HeldFrom);
        book.Do(booked => isAccepted ? booked.Accept(act, before) : booked.Release(act, before));
        await book.FinishNoticesAsync(cancellationToken);
        await book.TellFilerAsync(step.Reason, cancellationToken);
        await book.SaveAsync(cancellationToken);
    }
}
