using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Ownership;

/// <summary>One customer program: its terms and their history, its place on the ladder, its time accounts.</summary>
public sealed class ReadCustomerProgram(Access access)
{
    /// <summary>The customer program.</summary>
    /// <param name="Id">Identifier, as the HTTP API names it.</param>
    /// <param name="Program">The program of the catalogue.</param>
    /// <param name="ProgramName">Its name.</param>
    /// <param name="ProgramDescription">What it does.</param>
    /// <param name="Customer">The owner.</param>
    /// <param name="CustomerName">The owner's name.</param>
    /// <param name="Terms">What it charges and accepts from now on.</param>
    /// <param name="Saved">Seconds that its paid and unpaid executions have saved.</param>
    /// <param name="CreatedAt">When it was created.</param>
    /// <param name="DeactivatedAt">Since when it is stopped; null while it runs.</param>
    /// <param name="Version">The version for edits.</param>
    /// <param name="Accounts">The time accounts in the order of drawing.</param>
    /// <param name="History">Its terms, the present ones first.</param>
    public sealed record Result(
        CustomerProgramId Id, ProgramId Program, string ProgramName, string ProgramDescription, CustomerId Customer, string CustomerName,
        CustomerProgramTerms Terms, Seconds Saved, DateTimeOffset CreatedAt, DateTimeOffset? DeactivatedAt, uint Version,
        IReadOnlyList<Account> Accounts, IReadOnlyList<Change> History)
    {
        /// <summary>The price per second of the next execution.</summary>
        public PricePerSecond Rate => Terms.PriceAfter(Saved);

        /// <summary>Seconds on the open time accounts.</summary>
        public Seconds Balance => Accounts.Where(account => !account.IsClosed).Aggregate(Seconds.Zero, (sum, account) => sum + account.Balance);
    }

    /// <summary>A time account from which it draws.</summary>
    /// <param name="Id">The account.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Balance">Seconds it holds and that no open order holds of them.</param>
    /// <param name="Overdraft">Seconds by which it may go below zero.</param>
    /// <param name="IsClosed">Whether it is closed and gives nothing.</param>
    public sealed record Account(TimeAccountId Id, string Name, Seconds Balance, Seconds Overdraft, bool IsClosed);

    /// <summary>Terms as they held from a moment on.</summary>
    public sealed record Change(DateTimeOffset ValidFrom, CustomerProgramTerms Terms, string? By);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">Unknown, or out of reach.</exception>
    public async Task<Result> RunAsync(CustomerProgramId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewCustomerPrograms, cancellationToken);
        var found = await (
            from owned in db.CustomerPrograms.AsNoTracking()
            join program in db.Programs on owned.ProgramId equals program.Id
            join customer in db.Customers on owned.CustomerId equals customer.Id
            join progress in db.CustomerProgramProgress on owned.Id equals progress.CustomerProgramId
            where owned.Id == id
            select new { Owned = owned, Program = program.Name, program.Description, Customer = customer.Name, progress.Saved, Version = EF.Property<uint>(owned, Columns.Version) })
            .SingleOrDefaultAsync(cancellationToken) ?? throw new Refused(OwnershipRefusals.NotFound);
        return new(
            id, found.Owned.ProgramId, found.Program, found.Description, found.Owned.CustomerId, found.Customer, found.Owned.Terms, found.Saved,
            found.Owned.CreatedAt, found.Owned.DeactivatedAt, found.Version,
            await AccountsAsync(db, id, cancellationToken), await HistoryAsync(db, id, cancellationToken));
    }

    private static async Task<IReadOnlyList<Account>> AccountsAsync(NadooItDb db, CustomerProgramId id, CancellationToken cancellationToken)
    {
        var accounts = await (
            from drawn in db.DrawnTimeAccounts
            join account in db.TimeAccounts on drawn.TimeAccountId equals account.Id
            where drawn.CustomerProgramId == id
            orderby drawn.Position
            select account).AsNoTracking().ToListAsync(cancellationToken);
        var ids = accounts.Select(account => account.LedgerAccountId).ToList();
        var balances = await db.LedgerAccounts.Where(ledger => ids.Contains(ledger.Id))
            .ToDictionaryAsync(ledger => ledger.Id, ledger => ledger.Balance + ledger.Pending, cancellationToken);
        return
        [
            .. accounts.Select(account => new Account(
                account.Id, account.Name, new Seconds(balances[account.LedgerAccountId]), account.Overdraft, account.ClosedAt is not null)),
        ];
    }

    private static async Task<IReadOnlyList<Change>> HistoryAsync(NadooItDb db, CustomerProgramId id, CancellationToken cancellationToken)
    {
        var changes = await db.CustomerProgramTermsChanges.AsNoTracking()
            .Where(change => change.CustomerProgramId == id)
            .OrderByDescending(change => change.ValidFrom).Take(PageRequest.LargestSize)
            .Select(change => new
            {
                Row = change,
                By = db.PersonNames.Where(person => person.Id == change.ChangedBy).Select(person => person.DisplayName).FirstOrDefault(),
            })
            .ToListAsync(cancellationToken);
        return
        [
            .. changes.Select(change => new Change(
                change.Row.ValidFrom,
                new CustomerProgramTerms(change.Row.SavedPerExecution, change.Row.LargestSaved, change.Row.PriceMode, change.Row.FixedPrice, change.Row.ChargesOncePerOrder),
                change.By)),
        ];
    }
}
