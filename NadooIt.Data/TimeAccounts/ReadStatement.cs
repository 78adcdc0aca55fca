using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Ledger;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;

namespace NadooIt.Data.TimeAccounts;

/// <summary>
/// The statement of a time account for a period: opening balance, lines with running balance, closing balance. The
/// balances are those that the ledger's chain proves; a period is a stretch of that chain, so periods that follow one
/// another join without gap or overlap, and each page carries on where the one before ended.
/// </summary>
public sealed class ReadStatement(Access access)
{
    /// <summary>Which statement.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Period">Of which time; also any single moment as an end is "balance as of".</param>
    /// <param name="Page">Which page; the oldest line comes first.</param>
    public sealed record Input(TimeAccountId Account, Period Period, PageRequest Page);

    /// <summary>The statement.</summary>
    /// <param name="Opening">Balance before the first line of the period.</param>
    /// <param name="CarriedForward">Balance before the first line of this page.</param>
    /// <param name="Lines">The lines of this page.</param>
    /// <param name="CarriedOver">Balance after the last line of this page.</param>
    /// <param name="Closing">Balance after the last line of the period.</param>
    public sealed record Result(Seconds Opening, Seconds CarriedForward, Page<Line> Lines, Seconds CarriedOver, Seconds Closing);

    /// <summary>One line.</summary>
    /// <param name="Id">The transfer.</param>
    /// <param name="Position">Its place in the account's chain, from 1 on.</param>
    /// <param name="At">When it was booked.</param>
    /// <param name="Kind">Why.</param>
    /// <param name="Amount">Seconds; negative when they left the account.</param>
    /// <param name="BalanceAfter">The balance after it.</param>
    /// <param name="By">Who booked it.</param>
    /// <param name="Note">Reason or reference.</param>
    /// <param name="Execution">The execution it belongs to.</param>
    /// <param name="ProgramName">What ran.</param>
    /// <param name="Reference">The execution's reference.</param>
    /// <param name="OtherAccount">The account at the other end of a move.</param>
    /// <param name="OtherAccountName">Its name.</param>
    /// <param name="Phase">Whether it moved, holds, or ends a hold.</param>
    /// <param name="Held">Seconds that it holds or lets go, while nothing moves; else 0.</param>
    public sealed record Line(
        TransferId Id, long Position, DateTimeOffset At, TransferKind Kind, Seconds Amount, Seconds BalanceAfter, string? By, string? Note,
        ExecutionId? Execution, string? ProgramName, string? Reference, TimeAccountId? OtherAccount, string? OtherAccountName,
        TransferPhase Phase, Seconds Held);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">Unknown, or out of reach.</exception>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewTimeAccounts, cancellationToken);
        if (!await db.TimeAccounts.AnyAsync(account => account.Id == input.Account, cancellationToken))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        var chain = new LedgerAccountId(input.Account.Value);
        var length = await db.LedgerAccounts.Where(account => account.Id == chain).Select(account => account.ChainLength).SingleAsync(cancellationToken);
        var first = input.Period.From is { } from ? await db.FirstPositionAtAsync(chain, length, from, cancellationToken) : 1;
        var end = input.Period.To is { } to ? await db.FirstPositionAtAsync(chain, length, to, cancellationToken) : length + 1;
        var total = Math.Max(0, end - first);
        var pageFirst = first + Math.Min(input.Page.Skip, total);
        var pageEnd = Math.Min(pageFirst + input.Page.Take, first + total);

        var lines = await LinesAsync(db, chain, pageFirst, pageEnd, cancellationToken);
        var opening = await db.BalanceAfterAsync(chain, first - 1, cancellationToken);
        return new(
            opening,
            pageFirst == first ? opening : await db.BalanceAfterAsync(chain, pageFirst - 1, cancellationToken),
            new(lines, total, input.Page),
            await db.BalanceAfterAsync(chain, pageEnd - 1, cancellationToken),
            await db.BalanceAfterAsync(chain, first + total - 1, cancellationToken));
    }

    private static async Task<IReadOnlyList<Line>> LinesAsync(NadooItDb db, LedgerAccountId chain, long first, long end, CancellationToken cancellationToken)
    {
        var transfers = await db.Transfers.AsNoTracking()
            .Where(transfer => transfer.ChainAccountId == chain && transfer.ChainPosition >= first && transfer.ChainPosition < end)
            .OrderBy(transfer => transfer.ChainPosition)
            .ToListAsync(cancellationToken);
        var people = transfers.Select(transfer => transfer.BookedBy).Distinct().ToList();
        var names = await db.PersonNames.Where(person => people.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.DisplayName, cancellationToken);
        var executionIds = transfers.Select(transfer => transfer.ExecutionId).OfType<ExecutionId>().Distinct().ToList();
        var executions = await (
            from execution in db.Executions
            join owned in db.CustomerPrograms on execution.CustomerProgramId equals owned.Id
            join program in db.Programs on owned.ProgramId equals program.Id
            where executionIds.Contains(execution.Id)
            select new { execution.Id, program.Name, execution.Reference })
            .ToDictionaryAsync(execution => execution.Id, cancellationToken);
        var otherSides = transfers.Where(transfer => transfer.Kind == TransferKind.Move).Select(transfer => Move.OtherSide(transfer.Id)).ToList();
        var others = await db.Transfers.Where(transfer => otherSides.Contains(transfer.Id))
            .ToDictionaryAsync(transfer => transfer.Id, transfer => new TimeAccountId(transfer.ChainAccountId.Value), cancellationToken);
        var otherIds = others.Values.Distinct().ToList();
        var accountNames = await db.TimeAccounts.Where(account => otherIds.Contains(account.Id)).ToDictionaryAsync(account => account.Id, account => account.Name, cancellationToken);
        return
        [
            .. from transfer in transfers
               let execution = transfer.ExecutionId is { } id ? executions.GetValueOrDefault(id) : null
               let other = others.TryGetValue(Move.OtherSide(transfer.Id), out var account) ? account : (TimeAccountId?)null
               select new Line(
                   transfer.Id, transfer.ChainPosition, transfer.BookedAt, transfer.Kind, new Seconds(transfer.SignedAmount), new Seconds(transfer.BalanceAfter),
                   names.GetValueOrDefault(transfer.BookedBy), transfer.Note, transfer.ExecutionId, execution?.Name, execution?.Reference,
                   other, other is { } known ? accountNames.GetValueOrDefault(known) : null,
                   transfer.Phase, new Seconds(transfer.Phase is TransferPhase.Pending or TransferPhase.Voided ? transfer.Amount : 0)),
        ];
    }
}
