using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.TimeAccounts;

/// <summary>One time account with its balance, the programs that draw from it, and the customer's other open accounts.</summary>
public sealed class ReadTimeAccount(Access access)
{
    /// <summary>Most programs and other accounts that are shown.</summary>
    public const int Most = 200;

    /// <summary>The account.</summary>
    /// <param name="Id">Identifier.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Customer">The owner.</param>
    /// <param name="CustomerName">The owner's name.</param>
    /// <param name="Balance">Seconds it holds; negative when it owes.</param>
    /// <param name="Overdraft">Seconds by which it may go below zero.</param>
    /// <param name="WarnBelow">Seconds below which people are warned; null for no warning.</param>
    /// <param name="Lines">How many lines its ledger has.</param>
    /// <param name="OpenedAt">When it was opened.</param>
    /// <param name="ClosedAt">When it was closed; null while open.</param>
    /// <param name="Version">The version for edits.</param>
    /// <param name="DrawnBy">The customer programs that draw from it, with the place it has in their order.</param>
    /// <param name="Others">The customer's other open accounts.</param>
    /// <param name="Held">Seconds of the balance that open orders hold.</param>
    /// <param name="WarnDays">Days before it is used up at the present pace on which people are warned; null for no warning.</param>
    public sealed record Result(
        TimeAccountId Id, string Name, CustomerId Customer, string CustomerName, Seconds Balance, Seconds Overdraft, Seconds? WarnBelow, long Lines,
        DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, uint Version, IReadOnlyList<Drawing> DrawnBy, IReadOnlyList<Other> Others, int? WarnDays, Seconds Held)
    {
        /// <summary>Whether the balance is below the warning level.</summary>
        public bool IsLow => ClosedAt is null && WarnBelow is { } level && Balance - Held < level;
    }

    /// <summary>A customer program that draws from the account.</summary>
    public sealed record Drawing(CustomerProgramId Id, string ProgramName, int Position, bool IsActive);

    /// <summary>Another open account of the customer.</summary>
    public sealed record Other(TimeAccountId Id, string Name);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">Unknown, or out of reach.</exception>
    public async Task<Result> RunAsync(TimeAccountId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewTimeAccounts, cancellationToken);
        var found = await (
            from account in db.TimeAccounts.AsNoTracking()
            join customer in db.Customers on account.CustomerId equals customer.Id
            where account.Id == id
            select new { Account = account, Customer = customer.Name, Version = EF.Property<uint>(account, Columns.Version) })
            .SingleOrDefaultAsync(cancellationToken) ?? throw new Refused(CommonRefusals.NotFound);
        var shown = found.Account;
        var ledger = await db.LedgerAccounts.AsNoTracking().SingleAsync(ledger => ledger.Id == shown.LedgerAccountId, cancellationToken);
        var drawnBy = await (
            from drawn in db.DrawnTimeAccounts
            join owned in db.CustomerPrograms on drawn.CustomerProgramId equals owned.Id
            join program in db.Programs on owned.ProgramId equals program.Id
            where drawn.TimeAccountId == id
            orderby program.Name, owned.Id
            select new Drawing(owned.Id, program.Name, drawn.Position, owned.DeactivatedAt == null))
            .Take(Most).ToListAsync(cancellationToken);
        var others = await db.TimeAccounts
            .Where(other => other.CustomerId == shown.CustomerId && other.Id != id && other.ClosedAt == null)
            .OrderBy(other => other.Name).ThenBy(other => other.Id)
            .Select(other => new Other(other.Id, other.Name))
            .Take(Most).ToListAsync(cancellationToken);
        return new(
            shown.Id, shown.Name, shown.CustomerId, found.Customer, new Seconds(ledger.Balance), shown.Overdraft, shown.WarnBelow, ledger.ChainLength,
            shown.OpenedAt, shown.ClosedAt, found.Version, drawnBy, others, shown.WarnDays, new Seconds(-ledger.Pending));
    }
}
