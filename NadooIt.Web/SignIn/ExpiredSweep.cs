using NadooIt.Data.Keys;

namespace NadooIt.Web.SignIn;

/// <summary>Sweeps ceremonies that nobody answered, so that beginning many fills no table.</summary>
internal sealed class ExpiredSweep(IServiceScopeFactory scopes, TimeProvider clock, ILogger<ExpiredSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<PasskeyStorage>().SweepAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogWarning(exception, "Could not sweep what has expired; trying again in {Interval}", Interval);
            }
        }
    }
}
