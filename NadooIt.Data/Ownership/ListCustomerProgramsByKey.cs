using Microsoft.EntityFrameworkCore;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Ownership;

/// <summary>The customer programs that the calling API key may run, with their present rate and balance.</summary>
public sealed class ListCustomerProgramsByKey(Access access)
{
    /// <summary>One customer program.</summary>
    /// <param name="Id">Identifier.</param>
    /// <param name="Name">Name of the program.</param>
    /// <param name="Terms">What it charges and accepts.</param>
    /// <param name="Rate">Euro per second of the next execution.</param>
    /// <param name="TimeBalance">Prepaid seconds on its open time accounts.</param>
    public sealed record Row(CustomerProgramId Id, string Name, CustomerProgramTerms Terms, PricePerSecond Rate, Seconds TimeBalance);

    /// <summary>A part of the list.</summary>
    /// <param name="Rows">The customer programs, oldest first.</param>
    /// <param name="Next">Where the next part begins; null at the end.</param>
    public sealed record Part(IReadOnlyList<Row> Rows, CustomerProgramId? Next);

    /// <summary>Lists.</summary>
    public async Task<Part> RunAsync(int limit, CustomerProgramId? after, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.RunPrograms, cancellationToken);
        var key = await CallingKey.ReadAsync(db, access, cancellationToken);
        var allowed = key.CustomerPrograms;
        var query = db.CustomerPrograms.AsNoTracking()
            .Where(program => program.DeactivatedAt == null && (allowed.Length == 0 || allowed.Contains(program.Id)));
        if (after is { } id)
        {
            query = query.Where(program => EF.Functions.GreaterThan(ValueTuple.Create(program.Id), ValueTuple.Create(id)));
        }

        var found = await query
            .OrderBy(program => program.Id)
            .Take(limit + 1)
            .Select(program => new
            {
                Program = program,
                db.Programs.First(entry => entry.Id == program.ProgramId).Name,
                Saved = db.CustomerProgramProgress.Where(progress => progress.CustomerProgramId == program.Id).Select(progress => progress.Saved).FirstOrDefault(),
                Accounts = db.DrawnTimeAccounts.Where(drawn => drawn.CustomerProgramId == program.Id).Select(drawn => drawn.TimeAccountId).ToList(),
            })
            .ToListAsync(cancellationToken);
        var part = found.Take(limit).ToList();
        var accounts = part.SelectMany(item => item.Accounts).Select(account => new LedgerAccountId(account.Value)).Distinct().ToList();
        var balances = await db.LedgerAccounts.AsNoTracking()
            .Where(account => accounts.Contains(account.Id) && !account.IsClosed)
            .ToDictionaryAsync(account => account.Id, account => account.Balance + account.Pending, cancellationToken);
        var rows = part.Select(item => new Row(
            item.Program.Id, item.Name, item.Program.Terms, item.Program.Terms.PriceAfter(item.Saved),
            new Seconds(item.Accounts.Sum(account => balances.GetValueOrDefault(new LedgerAccountId(account.Value)))))).ToList();
        return new(rows, found.Count > limit ? rows[^1].Id : null);
    }
}
