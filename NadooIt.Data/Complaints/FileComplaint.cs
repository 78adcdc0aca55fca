using NadooIt.Data.Kernel;
using NadooIt.Domain.Complaints;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Complaints;

/// <summary>
/// Files a complaint about an execution. Its money and time are held from then on, nothing is given back yet, and NADOO is
/// told: all of it or nothing.
/// </summary>
public sealed class FileComplaint(Access access, TimeProvider clock)
{
    /// <summary>Files it.</summary>
    /// <param name="id">The execution.</param>
    /// <param name="text">What is wrong, 1 to 2,000 characters.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="Refused">The execution is unknown, disputed, cancelled or held for an order, or the text is missing or too long.</exception>
    public async Task<ComplaintId> RunAsync(ExecutionId id, string text, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenBeyondAsync(Ability.ViewExecutions, "file a complaint", cancellationToken);
        await using var book = await ComplaintBook.OpenAsync(db, access, id, Ability.ViewExecutions, clock.GetUtcNow(), cancellationToken);
        var act = book.Act(null);
        book.Add(Complaint.File(book.Execution, text, act), act);
        book.Do(booked => booked.Dispute(act));
        await book.TellOperatorAsync(book.Complaint.Text, cancellationToken);
        await book.SaveAsync(cancellationToken);
        return book.Complaint.Id;
    }
}
