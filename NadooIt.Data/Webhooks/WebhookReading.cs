using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Data.Webhooks;

internal static class WebhookReading
{
    /// <summary>The endpoint, if it is within reach.</summary>
    /// <exception cref="Refused">It is not.</exception>
    public static async Task<WebhookEndpoint> WebhookEndpointAsync(this NadooItDb db, WebhookEndpointId id, CancellationToken cancellationToken) =>
        await db.WebhookEndpoints.SingleOrDefaultAsync(endpoint => endpoint.Id == id, cancellationToken) ?? throw new Refused(WebhookRefusals.NotFound);
}
