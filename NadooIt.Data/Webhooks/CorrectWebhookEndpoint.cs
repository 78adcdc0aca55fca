using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Data.Webhooks;

/// <summary>Changes where messages go and which; one that was given up is sent to again.</summary>
public sealed class CorrectWebhookEndpoint(Access access, WebhookSettings settings)
{
    /// <summary>What it is from now on.</summary>
    public sealed record Input(WebhookEndpointId Id, string Address, IReadOnlyCollection<WebhookEvent> Events);

    /// <summary>Changes it.</summary>
    /// <exception cref="Refused">Unknown, out of reach, ended, or a value is not acceptable.</exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateApiKeys, cancellationToken);
        (await db.WebhookEndpointAsync(input.Id, cancellationToken)).Correct(input.Address, input.Events, settings.AllowPrivateAddresses);
        await db.SaveChangesAsync(cancellationToken);
    }
}
