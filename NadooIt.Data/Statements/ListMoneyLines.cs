using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;

namespace NadooIt.Data.Statements;

/// <summary>The rows behind the figures of a money statement: account by account, in the order of booking.</summary>
public sealed class ListMoneyLines(Access access)
{
    /// <summary>Most lines that a page for paper shows; the file holds all of them.</summary>
    public const int MostOnPaper = 5_000;

    /// <summary>Which lines.</summary>
    /// <param name="Customer">The customer.</param>
    /// <param name="Month">Any day of the month.</param>
    /// <param name="Program">Of one customer program; null for all.</param>
    /// <param name="OnlyOwed">Only of what is owed to the customer.</param>
    /// <param name="Kind">Of one kind; null for all.</param>
    /// <param name="Page">Which page; null for paper: the first <see cref="MostOnPaper"/> lines.</param>
    public sealed record Input(CustomerId Customer, DateOnly Month, CustomerProgramId? Program, bool OnlyOwed, TransferKind? Kind, PageRequest? Page);

    /// <summary>The lines.</summary>
    /// <param name="Page">A page of them.</param>
    /// <param name="Sum">The sum of all lines within the choice, not of the page alone.</param>
    public sealed record Result(Page<MoneyLine> Page, Money Sum);

    /// <summary>Lists.</summary>
    /// <exception cref="Refused">Unknown, or out of reach.</exception>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        if (!await db.Customers.AnyAsync(customer => customer.Id == input.Customer, cancellationToken))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        var chains = await db.MoneyChainsAsync(input.Customer, Period.Month(input.Month), cancellationToken);
        var (rows, total, sum) = (new List<MoneyLine>(), 0L, Money.NoEuro);
        foreach (var chain in chains.Where(chain => input.OnlyOwed ? chain.Program is null : input.Program is null ? chain.Program is not null : chain.Program == input.Program))
        {
            var lines = chain.Lines(db);
            if (input.Kind is { } kind)
            {
                lines = lines.Where(line => line.Kind == kind);
            }

            var all = await lines.GroupBy(_ => 1)
                .Select(group => new { Count = group.LongCount(), Sum = group.Sum(line => line.ToAccountId == chain.Account ? line.Amount : -line.Amount) })
                .SingleOrDefaultAsync(cancellationToken);
            if (all is null)
            {
                continue;
            }

            var skip = Math.Max(0, (input.Page?.Skip ?? 0) - total);
            var take = (input.Page?.Take ?? MostOnPaper) - rows.Count;
            if (take > 0 && skip < all.Count)
            {
                var transfers = await lines.OrderBy(line => line.ChainPosition).Skip((int)skip).Take(take).ToListAsync(cancellationToken);
                rows.AddRange(await db.MoneyLinesAsync(chain, transfers, cancellationToken));
            }

            (total, sum) = (total + all.Count, sum + chain.Read(all.Sum));
        }

        return new(new(rows, total, input.Page ?? new()), sum);
    }
}
