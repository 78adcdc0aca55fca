using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>Marks executions as paid, all in one transaction. What cannot be marked is left out and reported.</summary>
public sealed class MarkExecutionsPaid(Access access, TimeProvider clock)
{
    /// <summary>Most executions of one go.</summary>
    public const int Most = 2_000;

    /// <summary>What was paid.</summary>
    /// <param name="Executions">1 to <see cref="Most"/> executions.</param>
    /// <param name="Note">Reference of the payment or a note, up to 500 characters; null or blank for none.</param>
    public sealed record Input(IReadOnlyList<ExecutionId> Executions, string? Note);

    /// <summary>What was done.</summary>
    /// <param name="Count">How many were marked.</param>
    /// <param name="Sum">Their price together.</param>
    /// <param name="Skipped">How many were left out, because they were not open any more.</param>
    public sealed record Result(int Count, Money Sum, int Skipped);

    /// <summary>Marks.</summary>
    /// <exception cref="Refused">
    /// Nothing or too much chosen, a single one that is not open, the note is too long, or the key has to be touched first.
    /// </exception>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.MarkPayments, cancellationToken);
        if (input.Executions.Count is 0 or > Most)
        {
            throw new Refused(ExecutionRefusals.SelectionInvalid, Most);
        }

        var note = Act.ReasonOf(input.Note, isNeeded: false);
        await db.RequireFreshTouchAsync(access.Caller, clock.GetUtcNow(), cancellationToken);
        var grants = db.Fence.Grants;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var book = await StatusBook.OpenAsync(db, input.Executions, cancellationToken);
        if (input.Executions.Count == 1 && BookedExecution.WhyNotPayable(
                (book.Executions.SingleOrDefault() ?? throw new Refused(ExecutionRefusals.NotFound)).Status) is { } refusal)
        {
            throw new Refused(refusal);
        }

        foreach (var execution in book.Executions.Where(execution => BookedExecution.WhyNotPayable(execution.Status) is null))
        {
            book.Do(execution, booked => booked.Pay(access.Under(grants, Ability.MarkPayments, execution.CustomerId, clock.GetUtcNow(), note)));
        }

        await book.SaveAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        var records = book.Records;
        return new(records.Count, Money.FromMillionths(records.Sum(record => record.Millionths)), book.Executions.Count - records.Count);
    }
}
