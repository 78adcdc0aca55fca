using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Data.Webhooks;

/// <summary>Lets a new secret sign; for a day the one before signs as well. The new one is returned once.</summary>
public sealed class RotateWebhookSecret(Access access, SecretProtection protection, TimeProvider clock)
{
    /// <summary>Rotates.</summary>
    /// <exception cref="Refused">Unknown, out of reach, ended, or the last touch of the security key is too long ago.</exception>
    public async Task<WebhookSecret> RunAsync(WebhookEndpointId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateApiKeys, cancellationToken);
        var now = clock.GetUtcNow();
        var endpoint = await db.WebhookEndpointAsync(id, cancellationToken);
        await db.RequireFreshTouchAsync(access.Caller, now, cancellationToken);
        var secret = WebhookSecret.Create();
        endpoint.Rotate(protection.Protect([.. secret.Bytes]), now);
        await db.SaveChangesAsync(cancellationToken);
        return secret;
    }
}
