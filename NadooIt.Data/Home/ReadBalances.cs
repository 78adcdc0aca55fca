using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Home;

/// <summary>How much prepaid time is left on the accounts that the caller may see, and which of them run low.</summary>
public sealed class ReadBalances(Access access)
{
    /// <summary>Most accounts that are named.</summary>
    public const int MostNamed = 5;

    /// <summary>Balances.</summary>
    /// <param name="Accounts">How many open accounts there are.</param>
    /// <param name="Balance">Prepaid seconds on all of them.</param>
    /// <param name="LowCount">How many are below their warning level.</param>
    /// <param name="Low">Those that are furthest below.</param>
    public sealed record Result(int Accounts, Seconds Balance, int LowCount, IReadOnlyList<LowAccount> Low);

    /// <summary>An account below its warning level.</summary>
    /// <param name="Id">The account.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Customer">Name of the customer.</param>
    /// <param name="Balance">What is left.</param>
    /// <param name="WarnBelow">The level.</param>
    public sealed record LowAccount(TimeAccountId Id, string Name, string Customer, Seconds Balance, Seconds WarnBelow);

    /// <summary>Reads.</summary>
    public async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewTimeAccounts, cancellationToken);
        var accounts = await (
            from account in db.TimeAccounts
            where account.ClosedAt == null
            join customer in db.Customers on account.CustomerId equals customer.Id
            // The ledger account of a time account has the same value, in another type.
            join ledger in db.LedgerAccounts on (Guid)(object)account.Id equals (Guid)(object)ledger.Id
            select new { account.Id, account.Name, Customer = customer.Name, Balance = ledger.Balance + ledger.Pending, account.WarnBelow }).ToListAsync(cancellationToken);
        var low = accounts.Where(account => account.Balance < account.WarnBelow?.Value).ToList();
        return new(
            accounts.Count, new(accounts.Sum(account => account.Balance)), low.Count,
            [.. low.OrderBy(account => account.Balance - account.WarnBelow!.Value.Value).ThenBy(account => account.Name, StringComparer.Ordinal).Take(MostNamed)
                .Select(account => new LowAccount(account.Id, account.Name, account.Customer, new(account.Balance), account.WarnBelow!.Value))]);
    }
}
