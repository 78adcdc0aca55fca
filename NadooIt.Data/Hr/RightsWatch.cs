using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Hr;

/// <summary>
/// Tells people what time does to rights: that a contract or role ends in 90, 30 and 7 days, and that nobody answered a
/// request. It works from what is stored, so a kill loses nothing and nothing is told twice; one node at a time does it.
/// </summary>
public sealed class RightsWatch(NadooItDatabase database, TimeProvider clock, ILogger<RightsWatch> logger) : BackgroundService
{
    private const long OneNodeAtATime = 0x5269_6768_7473_0001;
    private const int RequestsAtATime = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    /// <summary>Looks once.</summary>
    /// <returns>Whether it did; not while another one is at it.</returns>
    internal async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        await using var db = database.Create(Fence.System("watch contracts, roles and requests"));
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.TryAdvisoryLockAsync(OneNodeAtATime, cancellationToken))
        {
            return false;
        }

        var now = clock.GetUtcNow();
        await db.RemindAsync(now, cancellationToken);
        await LapseAsync(db, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
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
                    logger.LogWarning(exception, "Contracts, roles and requests could not be watched; trying again in {Pause}", Pause);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was not told is found at the next start.
        }
    }

    private static async Task LapseAsync(NadooItDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var old = await db.AccessRequests.Where(request => request.Outcome == null && request.ExpiresAt <= now)
            .OrderBy(request => request.Id).Take(RequestsAtATime).ToListAsync(cancellationToken);
        foreach (var request in old)
        {
            request.Lapse(now);
            await db.FinishNoticesAsync(request, now, cancellationToken);
            await db.TellAskerAsync(request, NoticeKind.AccessLapsed, [], now, cancellationToken);
        }
    }
}
