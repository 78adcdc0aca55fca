using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NadooIt.Data.Kernel;
using NadooIt.Data.Notices;
using NadooIt.Data.Webhooks;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;
using NadooIt.Domain.TimeAccounts;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Data.TimeAccounts;

/// <summary>
/// Compares the balances of time accounts with their warning levels and tells people once for each spell below. It works
/// from what is stored, not from messages: after a kill the next round finds what the last one did not tell. One node at a
/// time does it, and recording never waits for it.
/// </summary>
public sealed class BalanceWatch(NadooItDatabase database, TimeProvider clock, ILogger<BalanceWatch> logger) : BackgroundService
{
    private const long OneNodeAtATime = 0x4C6F_7742_616C_0001;
    private const int AccountsAtATime = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    /// <summary>Goes over all accounts once.</summary>
    /// <returns>Whether it did; not while another one is at it.</returns>
    internal async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        await using var db = database.Create(Fence.System("watch the balances of time accounts"));
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.TryAdvisoryLockAsync(OneNodeAtATime, cancellationToken))
        {
            return false;
        }

        var after = new TimeAccountId(Guid.Empty);
        while (await NextAsync(db, after, cancellationToken) is { Count: > 0 } accounts)
        {
            await CheckAsync(db, accounts, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            db.ChangeTracker.Clear();
            after = accounts[^1].Account.Id;
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await CheckAsync(stoppingToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    logger.LogWarning(exception, "The balances of time accounts could not be watched; trying again in {Pause}", Pause);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was not told is found at the next start.
        }
    }

    /// <summary>Accounts with a level or with an open spell, in the order of their ids.</summary>
    private static Task<List<Watched>> NextAsync(NadooItDb db, TimeAccountId after, CancellationToken cancellationToken) => (
        from account in db.TimeAccounts
        where account.WarnBelow != null || account.WarnDays != null || db.LowBalances.Any(low => low.TimeAccountId == account.Id && low.EndedAt == null)
        where EF.Functions.GreaterThan(ValueTuple.Create(account.Id), ValueTuple.Create(after))
        join customer in db.Customers on account.CustomerId equals customer.Id
        // The ledger account of a time account has the same value, in another type.
        join ledger in db.LedgerAccounts on (Guid)(object)account.Id equals (Guid)(object)ledger.Id
        orderby account.Id
        select new Watched(account, customer.Name, ledger.Balance + ledger.Pending)).AsNoTracking().Take(AccountsAtATime).ToListAsync(cancellationToken);

    private async Task CheckAsync(NadooItDb db, List<Watched> accounts, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var ids = accounts.Select(watched => watched.Account.Id).ToList();
        var open = await db.LowBalances.Where(low => ids.Contains(low.TimeAccountId) && low.EndedAt == null)
            .ToDictionaryAsync(low => low.TimeAccountId, cancellationToken);
        var paces = await PacesAsync(db, accounts, BusinessTime.DayOf(now), cancellationToken);
        foreach (var (account, customer, balance) in accounts)
        {
            var isLow = account.IsLow(new(balance), paces.GetValueOrDefault(account.Id, new Pace(Seconds.Zero, Pace.UsualDays)));
            if (open.GetValueOrDefault(account.Id) is { } spell)
            {
                if (!isLow)
                {
                    spell.End(now);
                }
            }
            else if (isLow)
            {
                db.Add(LowBalance.Begin(account, new(balance), now));
                await db.TellHoldersAsync(
                    Ability.ViewTimeAccounts, account.CustomerId, NoticeKind.TimeAccountLow, account.Id.Value,
                    [account.Name, customer, balance.ToString(System.Globalization.CultureInfo.InvariantCulture)], now, cancellationToken);
                await db.AddWebhooksAsync(account.CustomerId, WebhookEvent.TimeAccountLow, account.Id.Value, DataOf(account, balance), now, cancellationToken);
            }
        }
    }

    /// <summary>
    /// How much of prepaid time the customer programs that draw on an account used lately, for accounts that warn by days. A
    /// program that draws on several accounts counts for each of them, so a warning rather comes early.
    /// </summary>
    private static async Task<IReadOnlyDictionary<TimeAccountId, Pace>> PacesAsync(NadooItDb db, List<Watched> accounts, DateOnly today, CancellationToken cancellationToken)
    {
        var ids = accounts.Where(watched => watched.Account.WarnDays is not null).Select(watched => watched.Account.Id).ToList();
        var first = today.AddDays(1 - Pace.UsualDays);
        var used = ids.Count == 0 ? [] : await (
            from drawn in db.DrawnTimeAccounts
            where ids.Contains(drawn.TimeAccountId)
            join day in db.ExecutionDays on new { drawn.CustomerId, drawn.CustomerProgramId } equals new { day.CustomerId, day.CustomerProgramId }
            where day.Day >= first && day.Day <= today && (day.Status == ExecutionStatus.NotPaid || day.Status == ExecutionStatus.Paid || day.Status == ExecutionStatus.Held || day.Status == ExecutionStatus.Disputed)
            group day by drawn.TimeAccountId into ofAccount
            select new { Account = ofAccount.Key, Used = ofAccount.Sum(day => (long)(object)day.Prepaid) }).ToListAsync(cancellationToken);
        return used.ToDictionary(row => row.Account, row => new Pace(new(row.Used), Pace.UsualDays));
    }

    private static string DataOf(TimeAccount account, long balance) => JsonSerializer.Serialize(new
    {
        timeAccountId = account.Id.Value,
        name = account.Name,
        balanceSeconds = balance,
        warnBelowSeconds = account.WarnBelow?.Value,
        warnDays = account.WarnDays,
    });

    private sealed record Watched(TimeAccount Account, string Customer, long Balance);
}
