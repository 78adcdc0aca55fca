using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Data.Webhooks;

/// <summary>Lets a customer's system be told what happens. The secret is returned once; it is kept encrypted.</summary>
public sealed class CreateWebhookEndpoint(Access access, SecretProtection protection, WebhookSettings settings, TimeProvider clock)
{
    /// <summary>Most that a customer has at one time.</summary>
    public const int Most = 20;

    /// <summary>What is created.</summary>
    /// <param name="Customer">Whose system it is.</param>
    /// <param name="Address">Where messages go, an https address.</param>
    /// <param name="Events">What it is told, at least one.</param>
    public sealed record Input(CustomerId Customer, string Address, IReadOnlyCollection<WebhookEvent> Events);

    /// <summary>The new endpoint and its secret.</summary>
    public sealed record Output(WebhookEndpointId Id, WebhookSecret Secret);

    /// <summary>Creates it.</summary>
    /// <exception cref="Refused">The customer lies outside, a value is not acceptable, there are too many, or the last touch of the security key is too long ago.</exception>
    public async Task<Output> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateApiKeys, cancellationToken);
        var now = clock.GetUtcNow();
        if (!await db.Customers.AnyAsync(customer => customer.Id == input.Customer, cancellationToken))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        await db.RequireFreshTouchAsync(access.Caller, now, cancellationToken);
        if (await db.WebhookEndpoints.CountAsync(endpoint => endpoint.CustomerId == input.Customer && endpoint.EndedAt == null, cancellationToken) >= Most)
        {
            throw new Refused(WebhookRefusals.TooMany);
        }

        var secret = WebhookSecret.Create();
        var endpoint = WebhookEndpoint.Create(
            input.Customer, input.Address, input.Events, protection.Protect([.. secret.Bytes]), settings.AllowPrivateAddresses, access.Caller.Person, now);
        db.Add(endpoint);
        await db.SaveChangesAsync(cancellationToken);
        return new(endpoint.Id, secret);
    }
}
