using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace NadooIt.Data.Embedded;

/// <summary>A private PostgreSQL that belongs to this application: made at the first start, stopped with it, recovered after a kill.</summary>
/// <remarks>
/// The cluster is in <c>postgres/</c> under the data folder. While the server restarts after a crash, opening a connection
/// throws a transient <see cref="NpgsqlException"/>, which callers answer with "try again" (503).
/// </remarks>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private readonly DataFolderLock _lock;
    private readonly PostgresSupervisor _supervisor;

    private EmbeddedPostgres(DataFolderLock dataFolderLock, PostgresSupervisor supervisor, string connectionString)
    {
        _lock = dataFolderLock;
        _supervisor = supervisor;
        ConnectionString = connectionString;
    }

    /// <summary>Connects to the database <c>nadooit</c> as its owner <c>nadooit</c>, who may create further databases; contains the password.</summary>
    public string ConnectionString { get; }

    /// <summary>Whether the server answers; false during a restart.</summary>
    public bool IsReady => _supervisor.IsReady;

    /// <summary>The process id of the server at this moment.</summary>
    public int ProcessId => _supervisor.ProcessId;

    /// <summary>Starts the cluster of a data folder, makes it when there is none, and cleans up after an earlier run that was killed.</summary>
    /// <param name="dataFolder">The data folder of the application; it is created when missing.</param>
    /// <param name="logger">Is told what happens.</param>
    /// <param name="cancellationToken">Gives up starting; what was started is stopped again.</param>
    /// <exception cref="EmbeddedPostgresException">It cannot start; the message is for the operator.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(string dataFolder, ILogger logger, CancellationToken cancellationToken)
    {
        var folder = await ClusterFolder.OpenAsync(dataFolder, logger, cancellationToken);
        var dataFolderLock = await DataFolderLock.TakeAsync(folder, cancellationToken);
        try
        {
            return await StartAsync(folder, dataFolderLock, logger, cancellationToken);
        }
        catch (Exception exception)
        {
            dataFolderLock.Dispose();
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new EmbeddedPostgresException($"The database in {folder.Root} could not be started: {exception.Message}", exception);
            }

            throw;
        }
    }

    /// <summary>Stops the server so that everything is written, then lets the data folder go.</summary>
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearPool(new NpgsqlConnection(ConnectionString));
        await _supervisor.DisposeAsync();
        _lock.Dispose();
    }

    private static async Task<EmbeddedPostgres> StartAsync(
        ClusterFolder folder, DataFolderLock dataFolderLock, ILogger logger, CancellationToken cancellationToken)
    {
        var bin = await PostgresBinaries.FindAsync(folder.Version, PostgresBinaries.NamedFolder, folder.Account, logger, cancellationToken);
        await Leftovers.ClearAsync(folder, bin, logger, cancellationToken);
        await ClusterCreation.EnsureAsync(folder, bin, logger, cancellationToken);
        await ClusterCreation.EnsurePasswordAsync(folder, bin, cancellationToken);
        LogFiles.Prune(folder.Logs);

        var port = OperatingSystem.IsWindows() ? FreePort() : ClusterSettings.SocketPort;
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = OperatingSystem.IsWindows() ? "127.0.0.1" : folder.Sockets,
            Port = port,
            Username = ClusterSettings.Role,
            Password = await File.ReadAllTextAsync(folder.PasswordFile, cancellationToken),
            Database = ClusterSettings.Database,
        };
        var supervisor = await PostgresSupervisor.StartAsync(folder, bin, port, connection.ConnectionString, logger, cancellationToken);
        try
        {
            await EnsureDatabaseAsync(connection, cancellationToken);
            return new EmbeddedPostgres(dataFolderLock, supervisor, connection.ConnectionString);
        }
        catch (Exception exception)
        {
            await supervisor.DisposeAsync();
            if (exception is NpgsqlException)
            {
                throw new EmbeddedPostgresException(
                    $"The database in {folder.Root} runs but refuses this application: {exception.Message}. "
                    + $"If the file {folder.PasswordFile} was changed, delete it; a new password is made at the next start.",
                    exception);
            }

            throw;
        }
    }

    private static async Task EnsureDatabaseAsync(NpgsqlConnectionStringBuilder connection, CancellationToken cancellationToken)
    {
        var maintenance = new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Database = "postgres", Pooling = false };
        await using var source = NpgsqlDataSource.Create(maintenance);
        await using var find = source.CreateCommand("SELECT 1 FROM pg_database WHERE datname = $1");
        find.Parameters.Add(new NpgsqlParameter { Value = connection.Database });
        if (await find.ExecuteScalarAsync(cancellationToken) is null)
        {
            await using var create = source.CreateCommand($"CREATE DATABASE {ClusterSettings.Database}");
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
