using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Data.Webhooks;

/// <summary>One endpoint with the log of its messages, the newest first. Secrets are not in it.</summary>
public sealed class ReadWebhookEndpoint(Access access)
{
    /// <summary>The endpoint and a page of its messages.</summary>
    public sealed record Output(ListWebhookEndpoints.Row Endpoint, DateTimeOffset? PreviousSecretUntil, Page<WebhookDelivery> Deliveries);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">Unknown, or out of reach.</exception>
    public async Task<Output> RunAsync(WebhookEndpointId id, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewApiKeys, cancellationToken);
        var endpoint = await db.WebhookEndpointAsync(id, cancellationToken);
        var customer = await db.Customers.Where(found => found.Id == endpoint.CustomerId).Select(found => found.Name).SingleAsync(cancellationToken);
        var deliveries = await db.WebhookDeliveries.AsNoTracking().Where(delivery => delivery.EndpointId == id)
            .OrderByDescending(delivery => delivery.OccurredAt).ThenByDescending(delivery => delivery.Id)
            .ToPageAsync(page, cancellationToken);
        return new(
            new(endpoint.Id, endpoint.Address, endpoint.CustomerId, customer, endpoint.Events, endpoint.CreatedAt, endpoint.FailingSince, endpoint.DisabledAt, endpoint.EndedAt),
            endpoint.PreviousSecretUntil, deliveries);
    }
}
