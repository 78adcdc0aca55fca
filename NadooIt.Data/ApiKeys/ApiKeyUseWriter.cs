using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NadooIt.Data.Kernel;

namespace NadooIt.Data.ApiKeys;

/// <summary>Writes down when keys were last used: once in a while for all of them, never once per request.</summary>
internal sealed class ApiKeyUseWriter(NadooItDatabase database, ApiKeyDirectory directory, TimeProvider clock, ILogger<ApiKeyUseWriter> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await WriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The rest is written when the application stops.
        }
    }

    internal async Task WriteAsync(CancellationToken cancellationToken)
    {
        var uses = directory.TakeUses();
        if (uses.Count == 0)
        {
            return;
        }

        try
        {
            await using var db = database.Create(Fence.System("note the use of API keys"));
            foreach (var (id, minute) in uses)
            {
                await db.ApiKeys
                    .Where(key => key.Id == id && (key.LastUsedAt == null || key.LastUsedAt < minute)
                        && (key.RevokedAt == null || key.RevokedAt >= minute))
                    .ExecuteUpdateAsync(set => set.SetProperty(key => key.LastUsedAt, minute), cancellationToken);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A minute that is lost while the database is away hurts nobody; the next use is noted again.
            logger.LogWarning(exception, "The last use of {Count} API keys could not be written", uses.Count);
        }
    }
}
