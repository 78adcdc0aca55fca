using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Webhooks;

namespace NadooIt.Data.Kernel
{
    internal sealed partial class NadooItDb
    {
        public DbSet<WebhookEndpoint> WebhookEndpoints => Set<WebhookEndpoint>();

        public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();
    }
}

namespace NadooIt.Data.Webhooks
{
    internal sealed class WebhookEndpointMapping : IEntityTypeConfiguration<WebhookEndpoint>
    {
        public void Configure(EntityTypeBuilder<WebhookEndpoint> builder)
        {
            builder.HasOne<Customer>().WithMany().HasForeignKey(endpoint => endpoint.CustomerId);
            builder.Property(endpoint => endpoint.Address).HasMaxLength(WebhookEndpoint.LongestAddress);
            builder.Ignore(endpoint => endpoint.IsActive);
            // Recording asks for the active endpoints of a customer; usually there are none.
            builder.HasIndex(endpoint => endpoint.CustomerId).HasFilter("disabled_at IS NULL AND ended_at IS NULL").HasDatabaseName("active_webhook_endpoint");
        }
    }

    internal sealed class WebhookDeliveryMapping : IEntityTypeConfiguration<WebhookDelivery>
    {
        public void Configure(EntityTypeBuilder<WebhookDelivery> builder)
        {
            builder.HasOne<WebhookEndpoint>().WithMany().HasForeignKey(delivery => delivery.EndpointId);
            builder.Property(delivery => delivery.LastResponse).HasMaxLength(WebhookDelivery.LongestResponse);
            builder.Ignore(delivery => delivery.MessageId);
            builder.HasIndex(delivery => new { delivery.EndpointId, delivery.OccurredAt, delivery.Id });
            // What waits is little, whatever was sent before.
            builder.HasIndex(delivery => new { delivery.EndpointId, delivery.NextAt }).HasFilter("state = 1").HasDatabaseName("waiting_webhook_delivery");
        }
    }
}
