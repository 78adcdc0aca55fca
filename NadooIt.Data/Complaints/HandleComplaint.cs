using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Complaints;

/// <summary>NADOO takes a complaint into review, or asks the customer something about it.</summary>
public sealed class HandleComplaint(Access access, TimeProvider clock)
{
    /// <summary>Takes it into review or asks.</summary>
    /// <param name="id">The complaint.</param>
    /// <param name="question">What is asked, up to 500 characters; null to take it into review.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="Refused">Unknown, decided, or it stands there already.</exception>
    public async Task RunAsync(ComplaintId id, string? question, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenBeyondAsync(Ability.MarkPayments, "handle a complaint", cancellationToken);
        await using var book = await ComplaintBook.OpenAsync(db, access, id, Ability.MarkPayments, clock.GetUtcNow(), cancellationToken);
        if (question is null)
        {
            book.Add(book.Complaint.Review(book.Act(null)));
        }
        else
        {
            book.Add(book.Complaint.Ask(book.Act(question)));
            await book.TellFilerAsync(question.Trim(), cancellationToken);
        }

        await book.FinishNoticesAsync(cancellationToken);
        await book.SaveAsync(cancellationToken);
    }
}
