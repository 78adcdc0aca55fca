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
    private readonly SemaphoreSlim oneAtATime = new(1);
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

    private static async Task WriteAsync(NadooItDb db, IReadOnlyDictionary<ApiKeyId, CallsOfKey> calls, CancellationToken cancellationToken)
    {
        await db.CountCallsAsync(
            [.. calls.SelectMany(key => key.Value.Days.Select(day => ApiKeyDay.Count(key.Key, key.Value.Customer, day.Key, day.Value.Calls, day.Value.Failed)))],
            cancellationToken);
        db.AddRange(calls.SelectMany(key => key.Value.Latest.Select(facts => ApiRequest.Note(key.Value.Customer, key.Key, facts))));
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        foreach (var (id, ofKey) in calls)
        {
            await NoteUseAsync(db, id, ofKey, cancellationToken);
            await ShortenAsync(db, id, cancellationToken);
        }
    }

    private static async Task NoteUseAsync(NadooItDb db, ApiKeyId id, CallsOfKey ofKey, CancellationToken cancellationToken)
    {
        if (ofKey.UsedAt is not { } at)
        {
            return;
        }

        var minute = new DateTimeOffset(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        var (address, program) = (ofKey.Address is { Length: > ApiKey.LongestAddress } text ? text[..ApiKey.LongestAddress] : ofKey.Address, ofKey.Program);
        await db.ApiKeys
            .Where(key => key.Id == id && (key.LastUsedAt == null || key.LastUsedAt <= minute) && (key.RevokedAt == null || key.RevokedAt >= minute))
            .ExecuteUpdateAsync(
                set => set.SetProperty(key => key.LastUsedAt, minute).SetProperty(key => key.LastUsedAddress, address)
                    .SetProperty(key => key.LastUsedProgramId, key => program ?? key.LastUsedProgramId),
                cancellationToken);
    }

    /// <summary>Throws away what is older than the newest thousand of a key.</summary>
    private static async Task ShortenAsync(NadooItDb db, ApiKeyId id, CancellationToken cancellationToken)
    {
        var tooMany = db.ApiRequests.Where(request => request.ApiKeyId == id)
            .OrderByDescending(request => request.At).ThenByDescending(request => request.Id).Skip(ApiRequest.MostPerKey).Select(request => request.Id);
        await db.ApiRequests.Where(request => tooMany.Contains(request.Id)).ExecuteDeleteAsync(cancellationToken);
    }

    private async Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = database.Create(Fence.System("sweep the log of API keys"));
        var (oldest, firstDay) = (now - ApiRequest.Kept, BusinessTime.DayOf(now - ApiKeyDay.Kept));
        await db.ApiRequests.Where(request => request.At < oldest).ExecuteDeleteAsync(cancellationToken);
        await db.ApiKeyDays.Where(day => day.Day < firstDay).ExecuteDeleteAsync(cancellationToken);
    }
}
