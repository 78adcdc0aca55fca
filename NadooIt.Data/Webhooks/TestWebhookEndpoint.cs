using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Data.Webhooks;

/// <summary>Sends a message that says nothing, to see whether it arrives.</summary>
public sealed class TestWebhookEndpoint(Access access, TimeProvider clock)
{
    /// <summary>Puts it among what waits.</summary>
    /// <exception cref="Refused">Unknown, out of reach, or nothing is sent there.</exception>
    public async Task RunAsync(WebhookEndpointId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateApiKeys, cancellationToken);
        var endpoint = await db.WebhookEndpointAsync(id, cancellationToken);
        if (!endpoint.IsActive)
        {
            throw new Refused(WebhookRefusals.Ended);
        }

        var now = clock.GetUtcNow();
        db.Add(WebhookDelivery.Of(endpoint, WebhookEvent.Test, endpoint.Id.Value, now, "{}", now));
        await db.SaveChangesAsync(cancellationToken);
    }
}
