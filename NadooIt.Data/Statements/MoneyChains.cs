using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Ledger;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;

namespace NadooIt.Data.Statements;

/// <summary>
/// One account of a customer's money in a period: what is open for one customer program, or what is owed to the
/// customer. A period is a stretch of the account's chain, so months join without gap or overlap, and opening plus lines
/// is closing by construction.
/// </summary>
/// <param name="Account">The ledger account.</param>
/// <param name="Program">The customer program; null for what is owed.</param>
/// <param name="Name">Name of the program; null for what is owed.</param>
/// <param name="First">Place of the first line of the period.</param>
/// <param name="End">One after the place of the last.</param>
/// <param name="Opening">Balance before the first line.</param>
/// <param name="Closing">Balance after the last line.</param>
internal sealed record MoneyChain(LedgerAccountId Account, CustomerProgramId? Program, string? Name, long First, long End, long Opening, long Closing)
{
    /// <summary>Millionths of the ledger as people read them: what is owed is a balance below zero there.</summary>
    public Money Read(long millionths) => Money.FromMillionths(Program is null ? -millionths : millionths);

    /// <summary>Its lines within the period that moved something; what only holds, or lets go, is no money yet.</summary>
    public IQueryable<Transfer> Lines(NadooItDb db) => db.Transfers.AsNoTracking()
        .Where(transfer => transfer.ChainAccountId == Account && transfer.ChainPosition >= First && transfer.ChainPosition < End)
        .Where(transfer => transfer.Phase == TransferPhase.Booked || transfer.Phase == TransferPhase.Posted);
}

/// <summary>Finds the chains of a customer's money.</summary>
internal static class MoneyChains
{
    /// <summary>The customer programs' accounts by name, then what is owed; those without a line ever are left out.</summary>
    public static async Task<IReadOnlyList<MoneyChain>> MoneyChainsAsync(this NadooItDb db, CustomerId customer, Period period, CancellationToken cancellationToken)
    {
        var programs = await (
            from owned in db.CustomerPrograms
            join program in db.Programs on owned.ProgramId equals program.Id
            where owned.CustomerId == customer
            orderby program.Name, owned.Id
            select new { owned.Id, program.Name })
            .ToListAsync(cancellationToken);
        var ledgers = await db.LedgerAccounts.AsNoTracking()
            .Where(ledger => ledger.CustomerId == customer && ledger.Unit == LedgerUnit.EuroMillionth && ledger.ChainLength > 0)
            .ToDictionaryAsync(ledger => ledger.Id, cancellationToken);
        var chains = new List<MoneyChain>();
        foreach (var program in programs)
        {
            if (ledgers.TryGetValue(BookedExecution.ReceivableOf(program.Id), out var ledger))
            {
                chains.Add(await ChainAsync(db, ledger, program.Id, program.Name, period, cancellationToken));
            }
        }

        if (ledgers.TryGetValue(BookedExecution.OwedTo(customer), out var owed))
        {
            chains.Add(await ChainAsync(db, owed, null, null, period, cancellationToken));
        }

        return chains;
    }

    private static async Task<MoneyChain> ChainAsync(
        NadooItDb db, LedgerAccount ledger, CustomerProgramId? program, string? name, Period period, CancellationToken cancellationToken)
    {
        var first = period.From is { } from ? await db.FirstPositionAtAsync(ledger.Id, ledger.ChainLength, from, cancellationToken) : 1;
        var end = period.To is { } to ? await db.FirstPositionAtAsync(ledger.Id, ledger.ChainLength, to, cancellationToken) : ledger.ChainLength + 1;
        end = Math.Max(first, end);
        return new(
            ledger.Id, program, name, first, end,
            (await db.BalanceAfterAsync(ledger.Id, first - 1, cancellationToken)).Value,
            (await db.BalanceAfterAsync(ledger.Id, end - 1, cancellationToken)).Value);
    }
}
