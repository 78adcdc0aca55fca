using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;

namespace NadooIt.Data.Statements;

/// <summary>One line of a customer's money.</summary>
/// <param name="Id">The transfer.</param>
/// <param name="Program">The customer program; null for what is owed to the customer.</param>
/// <param name="ProgramName">Name of the program.</param>
/// <param name="Position">Its place in the account's chain.</param>
/// <param name="At">When it was booked.</param>
/// <param name="Kind">Why.</param>
/// <param name="Amount">Euro; negative when it made the balance smaller.</param>
/// <param name="BalanceAfter">Euro open or owed after it.</param>
/// <param name="By">Who booked it.</param>
/// <param name="Note">Reason or reference.</param>
/// <param name="Execution">The execution; null for a payment out.</param>
public sealed record MoneyLine(
    TransferId Id, CustomerProgramId? Program, string? ProgramName, long Position, DateTimeOffset At, TransferKind Kind, Money Amount, Money BalanceAfter,
    string By, string? Note, MoneyLine.Run? Execution)
{
    /// <summary>What a line says about its execution, enough to compute the price again.</summary>
    public sealed record Run(ExecutionId Id, string Reference, DateTimeOffset OccurredAt, DateTimeOffset RecordedAt, Seconds Saved, Seconds Prepaid, Seconds Billed, PricePerSecond Rate);
}

/// <summary>Makes lines of transfers, with the names that belong to them.</summary>
internal static class MoneyLines
{
    public static async Task<IReadOnlyList<MoneyLine>> MoneyLinesAsync(
        this NadooItDb db, MoneyChain chain, IReadOnlyList<Transfer> transfers, CancellationToken cancellationToken)
    {
        var people = transfers.Select(transfer => transfer.BookedBy).Distinct().ToList();
        var names = await db.PersonNames.Where(person => people.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.DisplayName, cancellationToken);
        var ids = transfers.Select(transfer => transfer.ExecutionId).OfType<ExecutionId>().Distinct().ToList();
        var runs = await db.Executions.Where(execution => ids.Contains(execution.Id))
            .Select(execution => new MoneyLine.Run(
                execution.Id, execution.Reference, execution.OccurredAt, execution.RecordedAt, execution.Saved, execution.Prepaid, execution.Billed, execution.Rate))
            .ToDictionaryAsync(run => run.Id, cancellationToken);
        return
        [
            .. transfers.Select(transfer => new MoneyLine(
                transfer.Id, chain.Program, chain.Name, transfer.ChainPosition, transfer.BookedAt, transfer.Kind,
                chain.Read(transfer.SignedAmount), chain.Read(transfer.BalanceAfter), names.GetValueOrDefault(transfer.BookedBy, ""),
                transfer.Note, transfer.ExecutionId is { } id ? runs.GetValueOrDefault(id) : null)),
        ];
    }
}
