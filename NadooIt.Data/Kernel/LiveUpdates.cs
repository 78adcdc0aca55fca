using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NadooIt.Domain.Kernel;
using Npgsql;

namespace NadooIt.Data.Kernel;

/// <summary>Says that something has changed; what has changed is read through the door.</summary>
/// <param name="Subject">Which kind of thing, for example <see cref="LiveUpdates.Executions"/>; null when anything may have changed.</param>
/// <param name="Customer">Whose; null when anybody's may have changed.</param>
public readonly record struct Change(string? Subject, CustomerId? Customer)
{
    /// <summary>Notifications may have been missed: whoever follows anything reads again.</summary>
    public static Change Anything => default;
}

/// <summary>
/// Hears what any node of this installation has committed, and tells the open pages of this one. It listens on a
/// connection of its own; after a break it comes back by itself and tells everybody to read again. This file is named as
/// one of the few that speak SQL.
/// </summary>
public sealed class LiveUpdates(NadooItDatabase database, TimeProvider clock, ILogger<LiveUpdates> logger) : BackgroundService
{
    /// <summary>The subject of recorded and changed executions.</summary>
    public const string Executions = "executions";

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>A silent connection is asked for a sign of life so often, so that a dead one is noticed.</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<Subscription, Action<Change>> subscribers = new();
    private readonly TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when changes are heard for the first time.</summary>
    public Task Listening => listening.Task;

    /// <summary>How many follow at this moment.</summary>
    public int Subscribers => subscribers.Count;

    /// <summary>
    /// Follows changes until the answer is disposed of. The action runs on the listener's own thread: it must be quick,
    /// for instance set a flag.
    /// </summary>
    public IDisposable Subscribe(Action<Change> heard)
    {
        var subscription = new Subscription(this);
        subscribers[subscription] = heard;
        return subscription;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host starts its other services meanwhile.
        await Task.Yield();
        var pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(() => pause = FirstPause, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException or System.Net.Sockets.SocketException)
            {
                logger.LogWarning("Live updates are interrupted ({Reason}); next try in {Pause}", exception.Message, pause);
            }

            try
            {
                await Task.Delay(pause, clock, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    private async Task ListenAsync(Action connected, CancellationToken stoppingToken)
    {
        await using var connection = await database.Source.OpenConnectionAsync(stoppingToken);
        connection.Notification += (_, notification) =>
        {
            foreach (var change in Parse(notification.Payload))
            {
                Tell(change);
            }
        };
        await using (var listen = new NpgsqlCommand("LISTEN nadooit_changes", connection))
        {
            await listen.ExecuteNonQueryAsync(stoppingToken);
        }

        connected();
        if (!listening.TrySetResult())
        {
            logger.LogInformation("Live updates are back");
            Tell(Change.Anything);
        }

        while (true)
        {
            if (!await connection.WaitAsync(SignOfLife, stoppingToken))
            {
                await using var ask = new NpgsqlCommand("SELECT 1", connection);
                await ask.ExecuteNonQueryAsync(stoppingToken);
            }
        }
    }

    /// <summary>A subject and the customers, for example <c>executions ID,ID</c>; anything may have changed where it is not understood.</summary>
    private static Change[] Parse(string payload)
    {
        if (payload.Split(' ') is not [var subject, var ids])
        {
            return [Change.Anything];
        }

        return [.. ids.Split(',').Select(id => Guid.TryParse(id, out var customer) ? new Change(subject, new CustomerId(customer)) : Change.Anything)];
    }

    private void Tell(Change change)
    {
        foreach (var (_, heard) in subscribers)
        {
            try
            {
                heard(change);
            }
            catch (Exception exception)
            {
                logger.LogError(exception, "A follower of live updates failed");
            }
        }
    }

    private sealed class Subscription(LiveUpdates updates) : IDisposable
    {
        public void Dispose() => updates.subscribers.TryRemove(this, out _);
    }
}
