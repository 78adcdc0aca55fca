using Microsoft.Extensions.Logging.Abstractions;
using NadooIt.Data.Embedded;
using NadooIt.Data.Kernel;
using NadooIt.Tests.Support;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace NadooIt.Tests.Support;

/// <summary>
/// One PostgreSQL for all tests: the one that <c>NADOOIT_TEST_CONNECTION</c> names, else a private cluster in a
/// temporary folder. It holds a migrated template, of which every test class gets a copy in about a tenth of a second.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string Template = "nadooit_template";
    private readonly SemaphoreSlim starting = new(1, 1);
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"nadooit-test-{Environment.ProcessId}");
    private readonly bool isItsOwn;
    private EmbeddedPostgres? cluster;
    private string? connection;
    private string limited = "";
    private int databases;

    public PostgresServer()
    {
    }

    private PostgresServer(string name)
    {
        isItsOwn = true;
        folder += name;
    }

    /// <summary>The process of the private server, for tests that kill it.</summary>
    internal int ProcessId => cluster!.ProcessId;

    /// <summary>A server beside the common one, for a test that takes it away.</summary>
    internal static PostgresServer OfItsOwn(string name) => new($"-{name}");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Makes a fresh, migrated, empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        await starting.WaitAsync();
        try
        {
            connection ??= await StartAsync();
            var name = $"t_{Environment.ProcessId}_{++databases}";
            await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {Template}");
            return new NpgsqlConnectionStringBuilder(connection) { Database = name, Pooling = true, MaxPoolSize = 40 }.ConnectionString;
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>The same database under the account with which the application works.</summary>
    public string Limited(string connectionString)
    {
        var owner = new NpgsqlConnectionStringBuilder(connectionString);
        return new NpgsqlConnectionStringBuilder(limited) { Database = owner.Database, Pooling = owner.Pooling, MaxPoolSize = owner.MaxPoolSize }.ConnectionString;
    }

    /// <summary>
    /// Drops a database, whoever is still connected to it. Only PostgreSQL's own cleaning, which belongs to its superuser, cannot be
    /// sent away; it is asked again until that has left.
    /// </summary>
    public async Task DropDatabaseAsync(string connectionString)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await TryDropAsync(new NpgsqlConnectionStringBuilder(connectionString).Database!))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), patience.Token);
        }
    }

    private async Task<bool> TryDropAsync(string database)
    {
        try
        {
            await ExecuteAsync($"DROP DATABASE IF EXISTS {database} WITH (FORCE)");
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ObjectInUse)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }

        starting.Dispose();
    }

    private async Task<string> StartAsync()
    {
        var named = Environment.GetEnvironmentVariable("NADOOIT_TEST_CONNECTION");
        if (isItsOwn || string.IsNullOrEmpty(named))
        {
            cluster = await EmbeddedPostgres.StartAsync(folder, NullLogger.Instance, CancellationToken.None);
            named = cluster.ConnectionString;
        }

        connection = new NpgsqlConnectionStringBuilder(named) { Pooling = false }.ConnectionString;
        await ExecuteAsync($"DROP DATABASE IF EXISTS {Template}");
        await ExecuteAsync($"CREATE DATABASE {Template}");
        var template = new NpgsqlConnectionStringBuilder(connection) { Database = Template }.ConnectionString;
        limited = await DatabaseAccounts.PrepareAsync(template, null, NullLogger.Instance, CancellationToken.None);
        if (new NpgsqlConnectionStringBuilder(limited).Username is { } account && account != new NpgsqlConnectionStringBuilder(connection).Username)
        {
            // Whoever drops a database ends what the application still does in it.
            await ExecuteAsync($"GRANT {account} TO CURRENT_USER");
        }

        return connection;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync();
        await using var command = new NpgsqlCommand(sql, open);
        await command.ExecuteNonQueryAsync();
    }
}
