using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NadooIt.Data.Kernel;
using NadooIt.Data.Notices;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.ApiKeys;

/// <summary>
/// Tells owners and whoever can make a new one that a key ends soon: once for each of <see cref="ApiKey.WarningDays"/>. The level is
/// taken by a conditional update of the key in the transaction that tells, so of several nodes one does, and a crash loses none.
/// </summary>
public sealed class ApiKeyExpiryWatch(NadooItDatabase database, TimeProvider clock, ILogger<ApiKeyExpiryWatch> logger) : BackgroundService
{
    private const int KeysAtATime = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    /// <summary>Goes over the keys that end soon, once.</summary>
    internal async Task CheckAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var horizon = now + TimeSpan.FromDays(ApiKey.WarningDays.Max());
        await using var db = database.Create(Fence.System("watch when API keys expire"));
        var after = new ApiKeyId(Guid.Empty);
        while (true)
        {
            var keys = await db.ApiKeys.AsNoTracking()
                .Where(key => key.RevokedAt == null && key.ExpiresAt > now && key.ExpiresAt <= horizon && EF.Functions.GreaterThan(ValueTuple.Create(key.Id), ValueTuple.Create(after)))
                .OrderBy(key => key.Id).Take(KeysAtATime).ToListAsync(cancellationToken);
            if (keys.Count == 0)
            {
                return;
            }

            foreach (var key in keys)
            {
                await TellAsync(db, key, now, cancellationToken);
            }

            after = keys[^1].Id;
        }
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
                    logger.LogWarning(exception, "The expiry of API keys could not be watched; trying again in {Pause}", Pause);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was not told is found at the next start.
        }
    }

    private static async Task TellAsync(NadooItDb db, ApiKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var level = ApiKey.WarningLevel(key.ExpiresAt!.Value - now);
        if (level is null || level >= key.WarnedDays)
        {
            return;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var taken = await db.ApiKeys
            .Where(found => found.Id == key.Id && found.RevokedAt == null && (found.WarnedDays == null || found.WarnedDays > level))
            .ExecuteUpdateAsync(set => set.SetProperty(found => found.WarnedDays, level), cancellationToken);
        if (taken == 1)
        {
            var customer = await db.Customers.Where(found => found.Id == key.CustomerId).Select(found => found.Name).SingleAsync(cancellationToken);
            await db.TellHoldersAsync(
                Ability.CreateApiKeys, key.CustomerId, NoticeKind.ApiKeyExpires, key.Id.Value,
                [key.Name, customer, key.ExpiresAt.Value.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)], now, cancellationToken, also: key.OwnerId);
            await db.SaveChangesAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }

        await transaction.CommitAsync(cancellationToken);
    }
}
