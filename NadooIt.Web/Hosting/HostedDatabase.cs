using NadooIt.Data.Embedded;
using NadooIt.Data.Kernel;

namespace NadooIt.Web.Hosting;

/// <summary>The database that the configuration names, else a private one that starts and stops with the application.</summary>
internal sealed class HostedDatabase : IAsyncDisposable
{
    private readonly EmbeddedPostgres? embedded;

    private HostedDatabase(string connectionString, EmbeddedPostgres? embedded)
    {
        ConnectionString = connectionString;
        this.embedded = embedded;
    }

    public string ConnectionString { get; }

    /// <exception cref="EmbeddedPostgresException">The private database cannot start; the message is for the operator.</exception>
    public static async Task<HostedDatabase> StartAsync(IConfiguration configuration, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        if (configuration.GetConnectionString(Settings.ConnectionString) is { Length: > 0 } named)
        {
            return new(named, null);
        }

        var embedded = await EmbeddedPostgres.StartAsync(DataFolder.Of(configuration), loggers.CreateLogger<EmbeddedPostgres>(), cancellationToken);
        return new(embedded.ConnectionString, embedded);
    }

    public async ValueTask DisposeAsync()
    {
        if (embedded is not null)
        {
            await embedded.DisposeAsync();
        }
    }
}
