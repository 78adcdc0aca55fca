using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Data.Webhooks;

/// <summary>How other modules tell a customer's systems something: in their own transaction; the caller saves.</summary>
internal static class WebhookOutbox
{
    /// <summary>Adds one message for each active endpoint of the customer that wants this event; usually there is none.</summary>
    /// <param name="db">A context of the system, or one with the customer inside its fence.</param>
    /// <param name="customer">Whose systems are told.</param>
    /// <param name="what">What happened.</param>
    /// <param name="subject">The execution or time account.</param>
    /// <param name="data">The data as JSON; null for an execution, whose data are read when the message is sent.</param>
    /// <param name="now">When it happened.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public static async Task AddWebhooksAsync(
        this NadooItDb db, CustomerId customer, WebhookEvent what, Guid subject, string? data, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var endpoints = await db.WebhookEndpoints.AsNoTracking()
            .Where(endpoint => endpoint.CustomerId == customer && endpoint.DisabledAt == null && endpoint.EndedAt == null && endpoint.Events.Contains(what))
            .ToListAsync(cancellationToken);
        db.AddRange(endpoints.Select(endpoint => WebhookDelivery.Of(endpoint, what, subject, now, data, now)));
    }
}
