using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace NadooIt.Data.Kernel;

/// <summary>Puts the use cases at the disposal of pages and endpoints.</summary>
public static class Registration
{
    /// <summary>A use case is a public class with a public method of this name.</summary>
    public const string UseCaseMethod = "RunAsync";

    /// <summary>Every use case, by reflection: a new one needs no registration and cannot be forgotten.</summary>
    public static IEnumerable<Type> UseCases { get; } =
        [.. typeof(Registration).Assembly.GetExportedTypes().Where(type => type.IsClass && type.GetMethod(UseCaseMethod) is not null)];

    /// <summary>Adds the database, the door and every use case.</summary>
    public static IServiceCollection AddNadooItData(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton(provider => new NadooItDatabase(connectionString, provider.GetRequiredService<TimeProvider>()));
        services.AddScoped<CurrentUser>();
        services.AddScoped<Access>();
        services.AddScoped<Sample.SampleData>();
        services.AddSingleton<Ledger.LedgerVerifier>();
        services.AddSingleton<Audit.AuditVerifier>();
        services.AddScoped<Receipts.ReceiptKeyRing>();
        services.AddSingleton<Executions.ExecutionMeter>();
        services.AddSingleton<Executions.ExecutionWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<Executions.ExecutionWriter>());
        services.AddSingleton<LiveUpdates>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveUpdates>());
        services.AddSingleton<ApiKeys.ApiKeyDirectory>();
        services.AddScoped<ApiKeys.ApiCall>();
        services.AddSingleton<ApiKeys.ApiCallLog>();
        services.AddSingleton<ApiKeys.ApiCallWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<ApiKeys.ApiCallWriter>());
        services.AddSingleton<ApiKeys.ApiKeyExpiryWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<ApiKeys.ApiKeyExpiryWatch>());
        services.AddSingleton<TimeAccounts.BalanceWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<TimeAccounts.BalanceWatch>());
        services.AddSingleton<Hr.RightsWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<Hr.RightsWatch>());
        services.AddSingleton<Budgets.BudgetWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<Budgets.BudgetWatch>());
        services.AddSingleton<Ledger.BalanceChecker>();
        services.AddHostedService(provider => provider.GetRequiredService<Ledger.BalanceChecker>());
        services.TryAddSingleton<Webhooks.WebhookSettings>();
        services.AddSingleton<Webhooks.WebhookSender>();
        services.AddHostedService(provider => provider.GetRequiredService<Webhooks.WebhookSender>());
        foreach (var useCase in UseCases)
        {
            services.AddScoped(useCase);
        }

        return services;
    }
}
