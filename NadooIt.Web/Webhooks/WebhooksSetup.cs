using NadooIt.Data.Webhooks;

namespace NadooIt.Web.Webhooks;

internal static class WebhooksSetup
{
    /// <summary>What the sender of webhooks needs of its host: settings and encryption.</summary>
    public static void AddWebhooks(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(configuration.GetSection(WebhookSettings.Section).Get<WebhookSettings>() ?? new WebhookSettings());
        services.AddSingleton<SecretProtection, DataProtectionSecrets>();
    }
}
