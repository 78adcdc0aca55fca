using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;

namespace NadooIt.Data.Statements;

/// <summary>What each customer within reach has to pay and is owed at this moment, with the sums over all of them.</summary>
public sealed class ListCustomerMoney(Access access)
{
    /// <summary>Which customers, in which order.</summary>
    /// <param name="Search">Part of the name.</param>
    /// <param name="OnlyOpen">Only those with something open or owed.</param>
    /// <param name="Page">Which page; sorted by "name", "open" or "owed".</param>
    public sealed record Input(string? Search, bool OnlyOpen, PageRequest Page);

    /// <summary>A customer.</summary>
    public sealed record Row(CustomerId Id, string Name, Money Open, Money Owed);

    /// <summary>The page, and the sums over all pages.</summary>
    public sealed record Result(Page<Row> Page, Money Open, Money Owed);

    /// <summary>Lists.</summary>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        var rows = db.Customers.Select(customer => new
        {
            customer.Id,
            customer.Name,
            Open = db.LedgerAccounts.Where(ledger => ledger.CustomerId == customer.Id && ledger.Kind == LedgerAccountKind.Receivable).Sum(ledger => ledger.Balance),
            Owed = -db.LedgerAccounts.Where(ledger => ledger.CustomerId == customer.Id && ledger.Kind == LedgerAccountKind.Owed).Sum(ledger => ledger.Balance),
        });
        if (!string.IsNullOrWhiteSpace(input.Search))
        {
            var pattern = Like.Contains(input.Search);
            rows = rows.Where(row => EF.Functions.ILike(row.Name, pattern, Like.Escape));
        }

        if (input.OnlyOpen)
        {
            rows = rows.Where(row => row.Open != 0 || row.Owed != 0);
        }

        var ordered = input.Page.Sort switch
        {
            "open" => rows.Sorted(row => row.Open, input.Page).ThenBy(row => row.Name),
            "owed" => rows.Sorted(row => row.Owed, input.Page).ThenBy(row => row.Name),
            _ => rows.Sorted(row => row.Name, input.Page),
        };
        var page = await ordered.ThenBy(row => row.Id).ToPageAsync(input.Page, cancellationToken);
        var (open, owed) = (await rows.SumAsync(row => row.Open, cancellationToken), await rows.SumAsync(row => row.Owed, cancellationToken));
        return new(
            new([.. page.Rows.Select(row => new Row(row.Id, row.Name, Money.FromMillionths(row.Open), Money.FromMillionths(row.Owed)))], page.Total, page.Request),
            Money.FromMillionths(open), Money.FromMillionths(owed));
    }
}
