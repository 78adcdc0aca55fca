using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.ApiKeys;

/// <summary>
/// Writes down what keys asked for: once in a while for all of them, never once for each request. It keeps the log short.
/// </summary>
public sealed class ApiCallWriter(NadooItDatabase database, ApiCallLog log, TimeProvider clock, ILogger<ApiCallWriter> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromHours(1);

    // A log is shortened after it has grown by so many.
    private const int MostBeyond = 100;
    private readonly SemaphoreSlim oneAtATime = new(1);

    // Requests written since the log of a key was last shortened.
    private readonly Dictionary<ApiKeyId, int> grown = [];
    private DateTimeOffset sweptAt;

    /// <inheritdoc/>
    public override void Dispose()
    {
        oneAtATime.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWriteAsync(cancellationToken);
    }

    /// <summary>Writes down what was noted since the last time.</summary>
    internal async Task WriteAsync(CancellationToken cancellationToken)
    {
        await oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var calls = log.Take();
            if (calls.Count > 0)
            {
                await using var db = database.Create(Fence.System("note the calls of API keys"));
                await WriteAsync(db, calls, cancellationToken);
            }

            var now = clock.GetUtcNow();
            if (now - sweptAt >= BetweenSweeps)
            {
                sweptAt = now;
                await SweepAsync(now, cancellationToken);
            }
        }
        finally
        {
            oneAtATime.Release();
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
                await TryWriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The rest is written when the application stops.
        }
    }

    private async Task TryWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A few seconds of the log that are lost while the database is away hurt nobody.
            logger.LogWarning(exception, "The calls of API keys could not be written");
        }
    }

    private async Task WriteAsync(NadooItDb db, IReadOnlyDictionary<ApiKeyId, CallsOfKey> calls, CancellationToken cancellationToken)
    {
        await db.CountCallsAsync(
            [.. calls.SelectMany(key => key.Value.Days.Select(day => ApiKeyDay.Count(key.Key, key.Value.Customer, day.Key, day.Value.Calls, day.Value.Failed)))],
            cancellationToken);
        List<ApiRequest> requests = [.. calls.SelectMany(key => key.Value.Latest.Select(facts => ApiRequest.Note(key.Value.Customer, key.Key, facts)))];
        await db.LogRequestsAsync(requests, cancellationToken);
        await db.NoteUsesAsync([.. calls.Select(key => UseOf(key.Key, key.Value)).OfType<KeyUse>()], cancellationToken);
        foreach (var key in requests.CountBy(request => request.ApiKeyId))
        {
            grown[key.Key] = grown.GetValueOrDefault(key.Key) + key.Value;
        }

        List<ApiKeyId> tooLong = [.. grown.Where(key => key.Value >= MostBeyond).Select(key => key.Key)];
        if (tooLong.Count > 0)
        {
            await db.ShortenLogsAsync(tooLong, cancellationToken);
            tooLong.ForEach(key => grown.Remove(key));
        }
    }

    private static KeyUse? UseOf(ApiKeyId id, CallsOfKey ofKey) => ofKey.UsedAt is not { } at ? null : new(
        id,
        new DateTimeOffset(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero),
        ofKey.Address is { Length: > ApiKey.LongestAddress } text ? text[..ApiKey.LongestAddress] : ofKey.Address,
        ofKey.Program);

    private async Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = database.Create(Fence.System("sweep the log of API keys"));
        var (oldest, firstDay) = (now - ApiRequest.Kept, BusinessTime.DayOf(now - ApiKeyDay.Kept));
        await db.ApiRequests.Where(request => request.At < oldest).ExecuteDeleteAsync(cancellationToken);
        await db.ApiKeyDays.Where(day => day.Day < firstDay).ExecuteDeleteAsync(cancellationToken);
    }
}
