using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NadooIt.Data.Kernel;
using NadooIt.Data.Notices;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Data.Webhooks;

/// <summary>
/// Sends what waits. A few messages at a time are claimed for some minutes, past those that another node has claimed; when a
/// node dies its claims run out and another one sends them. A slow endpoint holds up nobody but itself.
/// </summary>
public sealed class WebhookSender(NadooItDatabase database, SecretProtection protection, WebhookSettings settings, TimeProvider clock, ILogger<WebhookSender> logger)
    : BackgroundService
{
    /// <summary>How long a claim lasts; sending what is claimed takes less. No pause between two tries is as long, so that a claim can be told from a pause.</summary>
    internal static readonly TimeSpan Claim = TimeSpan.FromMinutes(4);

    /// <summary>Most messages of one endpoint that are claimed together.</summary>
    internal const int MostTogether = 20;

    private const int MostEndpoints = 32;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<Guid, Task> sending = new();
    private readonly WebhookClient client = new(settings);

    /// <inheritdoc/>
    public override void Dispose()
    {
        client.Dispose();
        base.Dispose();
    }

    /// <summary>Claims what is due and sends it.</summary>
    /// <returns>How many messages were claimed.</returns>
    internal async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        var (count, tasks) = await BeginAsync(cancellationToken);
        await Task.WhenAll(tasks);
        return count;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var count = 0;
                try
                {
                    (count, _) = await BeginAsync(stoppingToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    logger.LogWarning(exception, "Webhooks could not be sent; trying again in {Pause}", Pause);
                }

                await (count == 0 ? Task.Delay(Pause, clock, stoppingToken) : Task.WhenAny(sending.Values.Append(Task.Delay(Pause, clock, stoppingToken))));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was claimed is sent by another node, or by this one after its next start.
        }
    }

    private async Task<(int Count, IReadOnlyList<Task> Tasks)> BeginAsync(CancellationToken cancellationToken)
    {
        await using var db = database.Create(Fence.System("send webhooks"));
        var now = clock.GetUtcNow();
        var claimed = await db.ClaimWebhooksAsync([.. sending.Keys], MostEndpoints - Math.Min(MostEndpoints, sending.Count), MostTogether, now, now + Claim, cancellationToken);
        var tasks = claimed.GroupBy(row => row.EndpointId).Select(ofEndpoint =>
        {
            var task = Task.Run(() => SendAsync(new(ofEndpoint.Key), [.. ofEndpoint.Select(row => new WebhookDeliveryId(row.Id))], cancellationToken), cancellationToken);
            sending[ofEndpoint.Key] = task;
            return task.ContinueWith(_ => sending.TryRemove(ofEndpoint.Key, out var _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }).ToList();
        return (claimed.Count, tasks);
    }

    /// <summary>One after the other, so that an endpoint hears things in their order as long as it answers.</summary>
    private async Task SendAsync(WebhookEndpointId endpoint, IReadOnlyList<WebhookDeliveryId> deliveries, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var delivery in deliveries)
            {
                await SendAsync(endpoint, delivery, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LogWarning(exception, "Webhooks of endpoint {Endpoint} could not be sent; they are tried again later", endpoint);
        }
    }

    private async Task SendAsync(WebhookEndpointId endpointId, WebhookDeliveryId id, CancellationToken cancellationToken)
    {
        await using var db = database.Create(Fence.System("send webhooks"));
        var delivery = await db.WebhookDeliveries.SingleAsync(found => found.Id == id, cancellationToken);
        var endpoint = await db.WebhookEndpoints.SingleAsync(found => found.Id == endpointId, cancellationToken);
        if (!endpoint.IsActive || delivery.State != WebhookDeliveryState.Waiting)
        {
            return;
        }

        var subject = new ExecutionId(delivery.SubjectId);
        var execution = delivery.Data is null ? await db.Executions.AsNoTracking().SingleAsync(found => found.Id == subject, cancellationToken) : null;
        var secrets = endpoint.SigningSecrets(clock.GetUtcNow()).Select(kept => WebhookSecret.FromStored(protection.Unprotect(kept))).ToList();
        var outcome = await client.SendAsync(
            new Uri(endpoint.Address), delivery.MessageId, WebhookMessage.BodyOf(delivery, execution), secrets, clock.GetUtcNow(), cancellationToken);
        await NoteAsync(db, endpoint, delivery, outcome, cancellationToken);
    }

    private async Task NoteAsync(NadooItDb db, WebhookEndpoint endpoint, WebhookDelivery delivery, WebhookOutcome outcome, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (outcome.IsSuccess)
        {
            delivery.Succeed(outcome.Status!.Value, outcome.Response, now);
            endpoint.Succeed();
        }
        else
        {
            delivery.Fail(outcome.Status, outcome.Response, now);
            if (endpoint.Fail(outcome.IsGone, now))
            {
                var customer = await db.Customers.Where(found => found.Id == endpoint.CustomerId).Select(found => found.Name).SingleAsync(cancellationToken);
                await db.TellHoldersAsync(
                    Ability.ViewApiKeys, endpoint.CustomerId, NoticeKind.WebhookDisabled, endpoint.Id.Value, [new Uri(endpoint.Address).Host, customer], now, cancellationToken);
            }
        }

        await db.SaveChangesAsync(cancellationToken);
    }
}
