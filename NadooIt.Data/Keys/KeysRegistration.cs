using Microsoft.Extensions.DependencyInjection;

namespace NadooIt.Data.Keys;

/// <summary>Puts what sign-in keeps and reads at its disposal; the use cases come with the database.</summary>
public static class KeysRegistration
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddSignInData(this IServiceCollection services)
    {
        services.AddScoped<PasskeyStorage>();
        services.AddScoped<Attempts>();
        services.AddSingleton<SharedKeyRing>();
        return services;
    }
}
