using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Complaints;

/// <summary>The customer's side answers what NADOO asked about a complaint.</summary>
public sealed class AnswerComplaint(Access access, TimeProvider clock)
{
    /// <summary>Answers.</summary>
    /// <param name="id">The complaint.</param>
    /// <param name="answer">The answer, 1 to 500 characters.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="Refused">Unknown, nothing was asked, decided, no answer, or the caller is on NADOO's side.</exception>
    public async Task RunAsync(ComplaintId id, string answer, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenBeyondAsync(Ability.ViewExecutions, "answer about a complaint", cancellationToken);
        await using var book = await ComplaintBook.OpenAsync(db, access, id, Ability.ViewExecutions, clock.GetUtcNow(), cancellationToken);
        book.RequireOwnSide();
        book.Add(book.Complaint.Answer(book.Act(answer)));
        await book.TellOperatorAsync(answer.Trim(), cancellationToken);
        await book.SaveAsync(cancellationToken);
    }
}
