using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Data.Webhooks;

/// <summary>Sends a message again, under its own id and with a fresh timestamp.</summary>
public sealed class RedeliverWebhook(Access access, TimeProvider clock)
{
    /// <summary>Puts it among what waits, from the first try on.</summary>
    /// <exception cref="Refused">Unknown, or out of reach.</exception>
    public async Task RunAsync(WebhookDeliveryId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateApiKeys, cancellationToken);
        var delivery = await db.WebhookDeliveries.SingleOrDefaultAsync(found => found.Id == id, cancellationToken) ?? throw new Refused(WebhookRefusals.NotFound);
        delivery.Redeliver(clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
    }
}
