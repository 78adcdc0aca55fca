using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Data.Webhooks;

/// <summary>Ends an endpoint for ever; what waits for it is not sent any more.</summary>
public sealed class EndWebhookEndpoint(Access access, TimeProvider clock)
{
    /// <summary>Ends it; again changes nothing.</summary>
    /// <exception cref="Refused">Unknown, or out of reach.</exception>
    public async Task RunAsync(WebhookEndpointId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.RevokeApiKeys, cancellationToken);
        (await db.WebhookEndpointAsync(id, cancellationToken)).End(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
    }
}
