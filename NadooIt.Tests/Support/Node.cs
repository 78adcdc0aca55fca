using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NadooIt.Data.Kernel;
using NadooIt.Data.Webhooks;

namespace NadooIt.Tests.Support;

/// <summary>One more node on the database of a test: its own services, its own connections, its own writer.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private Node(ServiceProvider services) => this.services = services;

    public static async Task<Node> StartAsync(EmptyDatabase database)
    {
        var collection = new ServiceCollection();
        collection.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        collection.AddSingleton<TimeProvider>(database.Clock);
        collection.AddSingleton<SecretProtection, PlainSecrets>();
        collection.AddSingleton(new WebhookSettings { AllowPrivateAddresses = true });
        collection.AddNadooItData(database.LimitedConnectionString);
        var node = new Node(collection.BuildServiceProvider());
        // What turned out to be wrong is guessed again at once, so that a test sees as many guesses as can be.
        node.services.GetRequiredService<NadooItDatabase>().BookMemory.Doubt = TimeSpan.Zero;
        foreach (var hosted in node.services.GetServices<IHostedService>())
        {
            await hosted.StartAsync(CancellationToken.None);
        }

        return node;
    }

    /// <summary>A use case of this node in the hands of a caller.</summary>
    public TUseCase As<TUseCase>(Caller caller)
        where TUseCase : notnull
    {
        var scope = services.CreateScope();
        scope.ServiceProvider.GetRequiredService<CurrentUser>().Caller = caller;
        return scope.ServiceProvider.GetRequiredService<TUseCase>();
    }

    /// <summary>The book of this node, for batches.</summary>
    public Data.Executions.ExecutionBook Book => new(services.GetRequiredService<NadooItDatabase>());

    public async ValueTask DisposeAsync()
    {
        foreach (var hosted in services.GetServices<IHostedService>())
        {
            await hosted.StopAsync(CancellationToken.None);
        }

        await services.DisposeAsync();
    }
}
