using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NadooIt.Data.Kernel;
using NadooIt.Data.Webhooks;
using NadooIt.Domain.Kernel;

namespace NadooIt.Tests.Support;

/// <summary>A database of its own for one test class with the operator and its administrator in it.</summary>
/// <remarks>Take it as <c>IClassFixture&lt;TestDatabase&gt;</c>, add to its landscape, and call use cases as somebody.</remarks>
public sealed class TestDatabase(PostgresServer server) : EmptyDatabase(server)
{
    public Landscape Landscape { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Landscape = await Landscape.BuildAsync(this);
    }
}

/// <summary>A migrated database with nothing in it, as before set-up, and the use cases on top of it.</summary>
public class EmptyDatabase(PostgresServer server) : IAsyncLifetime
{
    private ServiceProvider services = null!;

    public TestClock Clock { get; } = new();

    /// <summary>Connects as the owner of the schema, to look and to break.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>Connects as the application does.</summary>
    public string LimitedConnectionString => server.Limited(ConnectionString);

    /// <summary>What each start of the application does as the owner.</summary>
    public Task PrepareAgainAsync() => DatabaseAccounts.PrepareAsync(ConnectionString, LimitedConnectionString, NullLogger.Instance, CancellationToken.None);

    public virtual async ValueTask InitializeAsync()
    {
        ConnectionString = await server.CreateDatabaseAsync();
        var collection = new ServiceCollection();
        collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        collection.AddSingleton<TimeProvider>(Clock);
        collection.AddSingleton<SecretProtection, PlainSecrets>();
        collection.AddSingleton(new WebhookSettings { AllowPrivateAddresses = true });
        collection.AddNadooItData(LimitedConnectionString);
        services = collection.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
        foreach (var hosted in services.GetServices<IHostedService>())
        {
            await hosted.StartAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var hosted in services.GetServices<IHostedService>())
        {
            await hosted.StopAsync(CancellationToken.None);
        }

        await services.DisposeAsync();
        GC.SuppressFinalize(this);
        await server.DropDatabaseAsync(ConnectionString);
    }

    /// <summary>A use case in the hands of a person; null for somebody who is not signed in.</summary>
    public TUseCase As<TUseCase>(PersonId? person)
        where TUseCase : notnull => As<TUseCase>(person is { } id ? new Caller(id, null, null, "127.0.0.1") : null);

    /// <summary>A use case in the hands of a caller.</summary>
    public TUseCase As<TUseCase>(Caller? caller)
        where TUseCase : notnull
    {
        var scope = services.CreateScope();
        scope.ServiceProvider.GetRequiredService<CurrentUser>().Caller = caller;
        return scope.ServiceProvider.GetRequiredService<TUseCase>();
    }

    /// <summary>A use case by its type, for tests that walk all of them.</summary>
    public object As(Type useCase, PersonId? person)
    {
        var scope = services.CreateScope();
        scope.ServiceProvider.GetRequiredService<CurrentUser>().Caller = person is { } id ? new Caller(id, null, null, "127.0.0.1") : null;
        return scope.ServiceProvider.GetRequiredService(useCase);
    }

    /// <summary>The database without a fence, to arrange and to look.</summary>
    internal NadooItDb Open() => services.GetRequiredService<NadooItDatabase>().Create(Fence.System("test"));
}
