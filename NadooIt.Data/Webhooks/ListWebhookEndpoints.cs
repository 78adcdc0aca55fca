using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Data.Webhooks;

/// <summary>The endpoints of the customers that the caller looks after, one page of them.</summary>
public sealed class ListWebhookEndpoints(Access access)
{
    /// <summary>Which of them.</summary>
    /// <param name="ShowAll">Whether ended ones are shown too.</param>
    /// <param name="Page">Which page.</param>
    public sealed record Input(bool ShowAll, PageRequest Page);

    /// <summary>One endpoint of the list.</summary>
    public sealed record Row(
        WebhookEndpointId Id, string Address, CustomerId Customer, string CustomerName, WebhookEvent[] Events,
        DateTimeOffset CreatedAt, DateTimeOffset? FailingSince, DateTimeOffset? DisabledAt, DateTimeOffset? EndedAt);

    /// <summary>Lists.</summary>
    public async Task<Page<Row>> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewApiKeys, cancellationToken);
        return await db.WebhookEndpoints.Where(endpoint => input.ShowAll || endpoint.EndedAt == null)
            .OrderByDescending(endpoint => endpoint.CreatedAt).ThenBy(endpoint => endpoint.Id)
            .Select(endpoint => new Row(
                endpoint.Id, endpoint.Address, endpoint.CustomerId, db.Customers.First(customer => customer.Id == endpoint.CustomerId).Name,
                endpoint.Events, endpoint.CreatedAt, endpoint.FailingSince, endpoint.DisabledAt, endpoint.EndedAt))
            .ToPageAsync(input.Page, cancellationToken);
    }
}
