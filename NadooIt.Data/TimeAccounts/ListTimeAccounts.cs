using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Crm;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.TimeAccounts;

/// <summary>The time accounts within reach with their balances and the sum over all that the filter shows.</summary>
public sealed class ListTimeAccounts(Access access)
{
    /// <summary>Most customers that the filter offers.</summary>
    public const int MostCustomers = 500;

    /// <summary>Which accounts, in which order.</summary>
    /// <param name="Customer">Of one customer; null for all within reach.</param>
    /// <param name="ShowClosed">Whether closed ones are shown too.</param>
    /// <param name="OnlyLow">Only those below their warning level.</param>
    /// <param name="Search">Part of the account's or the customer's name.</param>
    /// <param name="Page">Which page, in which order: "name", "customer" or "balance".</param>
    public sealed record Input(CustomerId? Customer, bool ShowClosed, bool OnlyLow, string? Search, PageRequest Page);

    /// <summary>One account of the list.</summary>
    public sealed record Row(
        TimeAccountId Id, string Name, CustomerId Customer, string CustomerName, Seconds Balance, Seconds Overdraft, Seconds? WarnBelow, DateTimeOffset? ClosedAt)
    {
        /// <summary>Whether the balance is below the warning level.</summary>
        public bool IsLow => ClosedAt is null && WarnBelow is { } level && Balance < level;
    }

    /// <summary>The page, the sum of the balances over all pages, and the customers that have accounts within reach.</summary>
    public sealed record Result(Page<Row> Page, Seconds Sum, IReadOnlyList<Place> Places);

    /// <summary>Lists.</summary>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewTimeAccounts, cancellationToken);
        var rows =
            from account in db.TimeAccounts
            join ledger in db.LedgerAccounts on (Guid)(object)account.Id equals (Guid)(object)ledger.Id
            join customer in db.Customers on account.CustomerId equals customer.Id
            where (input.ShowClosed || account.ClosedAt == null)
                && (input.Customer == null || account.CustomerId == input.Customer)
                && (!input.OnlyLow || (account.ClosedAt == null && ledger.Balance + ledger.Pending < (long)(object)account.WarnBelow!))
            select new { Account = account, Customer = customer.Name, ledger.Balance };
        if (!string.IsNullOrWhiteSpace(input.Search))
        {
            var pattern = Like.Contains(input.Search);
            rows = rows.Where(row => EF.Functions.ILike(row.Account.Name, pattern, Like.Escape) || EF.Functions.ILike(row.Customer, pattern, Like.Escape));
        }

        var ordered = input.Page.Sort switch
        {
            "customer" => rows.Sorted(row => row.Customer, input.Page).ThenBy(row => row.Account.Name),
            "balance" => rows.Sorted(row => row.Balance, input.Page),
            _ => rows.Sorted(row => row.Account.Name, input.Page).ThenBy(row => row.Customer),
        };
        var page = await ordered.ThenBy(row => row.Account.Id).ToPageAsync(input.Page, cancellationToken);
        var sum = await rows.SumAsync(row => row.Balance, cancellationToken);
        var places = await db.Customers
            .Where(customer => db.TimeAccounts.Any(account => account.CustomerId == customer.Id))
            .OrderBy(customer => customer.Name).Select(customer => new Place(customer.Id, customer.Name)).Take(MostCustomers)
            .ToListAsync(cancellationToken);
        return new(
            new(
                [.. page.Rows.Select(row => new Row(
                    row.Account.Id, row.Account.Name, row.Account.CustomerId, row.Customer, new Seconds(row.Balance), row.Account.Overdraft,
                    row.Account.WarnBelow, row.Account.ClosedAt))],
                page.Total, page.Request),
            new Seconds(sum), places);
    }
}
