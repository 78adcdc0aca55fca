using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.TimeAccounts;

namespace NadooIt.Data.TimeAccounts;

/// <summary>The movements of a time account in a period, oldest first, for the API key that calls.</summary>
public sealed class ReadStatementByKey(Access access)
{
    /// <summary>Which part of which statement.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Booked">The period.</param>
    /// <param name="Limit">Most lines, 1 to 200.</param>
    /// <param name="After">The line after which it goes on; null from the beginning.</param>
    public sealed record Input(TimeAccountId Account, Period Booked, int Limit, long? After);

    /// <summary>A part of the statement.</summary>
    /// <param name="Opening">Seconds at the beginning of the period.</param>
    /// <param name="Closing">Seconds at its end.</param>
    /// <param name="Lines">The movements of this part.</param>
    /// <param name="Next">The line after which the next part goes on; null at the end.</param>
    public sealed record Part(Seconds Opening, Seconds Closing, IReadOnlyList<Line> Lines, long? Next);

    /// <summary>One movement.</summary>
    /// <param name="Position">Its place among the account's movements, from 1.</param>
    /// <param name="BookedAt">When.</param>
    /// <param name="Kind">Why.</param>
    /// <param name="Amount">Seconds, negative when they left.</param>
    /// <param name="BalanceAfter">Seconds afterwards.</param>
    /// <param name="Execution">The execution it belongs to.</param>
    /// <param name="Note">Reason or reference.</param>
    public sealed record Line(long Position, DateTimeOffset BookedAt, TransferKind Kind, Seconds Amount, Seconds BalanceAfter, ExecutionId? Execution, string? Note);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">There is no such account within the key's reach.</exception>
    public async Task<Part> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewTimeAccounts, cancellationToken);
        if (!await db.TimeAccounts.AnyAsync(account => account.Id == input.Account, cancellationToken))
        {
            throw new Refused(TimeAccountRefusals.NotFound);
        }

        var chain = new LedgerAccountId(input.Account.Value);
        var (from, to) = (input.Booked.From ?? DateTimeOffset.UnixEpoch, input.Booked.To ?? DateTimeOffset.MaxValue);
        var all = db.Transfers.AsNoTracking().Where(transfer => transfer.ChainAccountId == chain);
        var opening = await LastBalanceAsync(all.Where(transfer => transfer.BookedAt < from), cancellationToken);
        var closing = await LastBalanceAsync(all.Where(transfer => transfer.BookedAt < to), cancellationToken);
        // What only holds time, or lets it go, has not moved any.
        var rows = await all.Where(transfer => transfer.Phase == TransferPhase.Booked || transfer.Phase == TransferPhase.Posted)
            .Where(transfer => transfer.BookedAt >= from && transfer.BookedAt < to && transfer.ChainPosition > (input.After ?? 0))
            .OrderBy(transfer => transfer.ChainPosition)
            .Take(input.Limit + 1)
            .ToListAsync(cancellationToken);
        var lines = rows.Take(input.Limit).Select(LineOf).ToList();
        return new(opening, closing, lines, rows.Count > input.Limit ? lines[^1].Position : null);
    }

    private static Line LineOf(Transfer transfer) => new(
        transfer.ChainPosition, transfer.BookedAt, transfer.Kind, new Seconds(transfer.SignedAmount), new Seconds(transfer.BalanceAfter),
        transfer.ExecutionId, transfer.Note);

    private static async Task<Seconds> LastBalanceAsync(IQueryable<Transfer> transfers, CancellationToken cancellationToken) => new(
        await transfers.OrderByDescending(transfer => transfer.ChainPosition).Select(transfer => transfer.BalanceAfter).FirstOrDefaultAsync(cancellationToken));
}
