using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NadooIt.Data.Kernel;
using NadooIt.Data.Notices;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Ledger;

/// <summary>
/// Walks the whole ledger every few hours and whenever somebody asks, on one node at a time, and keeps the result. What does
/// not fit is told to those who look after the platform.
/// </summary>
public sealed class BalanceChecker(NadooItDatabase database, LedgerVerifier verifier, TimeProvider clock, ILogger<BalanceChecker> logger) : BackgroundService
{
    /// <summary>How long after the last check the next one is due by itself.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(6);

    private const long OneNodeAtATime = 0x4261_6C43_6865_636B;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Runs the check that is due or asked for; nothing when there is none, or when another node is at it.</summary>
    internal async Task RunDueAsync(CancellationToken cancellationToken)
    {
        await using var holding = database.Create(Fence.System("check the balances"));
        await using var transaction = await holding.Database.BeginTransactionAsync(cancellationToken);
        if (!await holding.TryAdvisoryLockAsync(OneNodeAtATime, cancellationToken))
        {
            return;
        }

        await using var db = database.Create(Fence.System("check the balances"));
        if (await DueAsync(db, cancellationToken) is not { } check)
        {
            return;
        }

        check.Start(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
        var report = await verifier.VerifyAsync(null, cancellationToken);
        check.Finish(report.Accounts, report.Lines, report.Finding is { } finding ? Describe(finding) : null, clock.GetUtcNow());
        if (check.Finding is { } found)
        {
            logger.LogCritical("The ledger does not fit: {Finding}", found);
            await db.TellHoldersAsync(
                Ability.RunPlatform, await db.OperatorIdAsync(cancellationToken), NoticeKind.LedgerDoesNotFit, check.Id.Value, [found], clock.GetUtcNow(), cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
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
                    await RunDueAsync(stoppingToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    logger.LogWarning(exception, "The balances could not be checked; trying again in {Pause}", Pause);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A check that was broken off is begun again at the next start.
        }
    }

    /// <summary>The oldest one that was asked for and has not ended, one that died with its node included; else the regular one.</summary>
    private async Task<BalanceCheck?> DueAsync(NadooItDb db, CancellationToken cancellationToken)
    {
        var open = await db.BalanceChecks.Where(check => check.FinishedAt == null).OrderBy(check => check.Id).FirstOrDefaultAsync(cancellationToken);
        if (open is not null)
        {
            return open;
        }

        var now = clock.GetUtcNow();
        var limit = now - Interval;
        if (!await db.Customers.AnyAsync(cancellationToken) || await db.BalanceChecks.AnyAsync(check => check.FinishedAt > limit, cancellationToken))
        {
            return null;
        }

        var regular = BalanceCheck.Request(null, now);
        db.Add(regular);
        return regular;
    }

    private static string Describe(LedgerFinding finding) => string.Create(
        CultureInfo.InvariantCulture,
        $"{finding.Fault}, account {finding.Account}, position {finding.Position}, line {finding.Line}, expected {finding.Expected}, found {finding.Found}");
}
