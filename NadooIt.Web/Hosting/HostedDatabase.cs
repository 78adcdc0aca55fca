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

    /// <returns>Null when the private database cannot start; the operator has been told why, in a sentence.</returns>
    public static async Task<HostedDatabase?> StartAsync(IConfiguration configuration, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        if (configuration.GetConnectionString(Settings.ConnectionString) is { Length: > 0 } named)
        {
            return new(named, null);
        }

        try
        {
            var embedded = await EmbeddedPostgres.StartAsync(DataFolder.Of(configuration), loggers.CreateLogger<EmbeddedPostgres>(), cancellationToken);
            return new(embedded.ConnectionString, embedded);
        }
        catch (EmbeddedPostgresException problem)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (embedded is not null)
        {
            await embedded.DisposeAsync();
        }
    }
}
