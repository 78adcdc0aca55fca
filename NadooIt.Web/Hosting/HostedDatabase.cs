using NadooIt.Data.Embedded;
using NadooIt.Data.Kernel;

namespace NadooIt.Web.Hosting;

/// <summary>The database that the configuration names, else a private one that starts and stops with the application.</summary>
internal sealed class HostedDatabase : IAsyncDisposable
{
    private readonly EmbeddedPostgres? embedded;

    private readonly string owner;
    private readonly string? limited;

    private HostedDatabase(string owner, string? limited, EmbeddedPostgres? embedded)
    {
        this.owner = owner;
        this.limited = limited;
        this.embedded = embedded;
    }

    /// <returns>Null when the private database cannot start; the operator has been told why, in a sentence.</returns>
    public static async Task<HostedDatabase?> StartAsync(IConfiguration configuration, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var named = configuration.GetConnectionString(Settings.ConnectionString) is { Length: > 0 } set ? set : null;
        if (configuration.GetConnectionString(Settings.OwnerConnectionString) is { Length: > 0 } owner)
        {
            return new(owner, named, null);
        }

        if (named is not null)
        {
            return new(named, null, null);
        }

        try
        {
            var embedded = await EmbeddedPostgres.StartAsync(DataFolder.Of(configuration), loggers.CreateLogger<EmbeddedPostgres>(), cancellationToken);
            return new(embedded.ConnectionString, null, embedded);
        }
        catch (EmbeddedPostgresException problem)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return null;
        }
    }

    /// <summary>Brings the schema up to date, and returns the connection of the limited account under which the application works.</summary>
    public Task<string> PrepareAsync(ILoggerFactory loggers, CancellationToken cancellationToken) =>
        DatabaseAccounts.PrepareAsync(owner, limited, loggers.CreateLogger<NadooItDatabase>(), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (embedded is not null)
        {
            await embedded.DisposeAsync();
        }
    }
}
