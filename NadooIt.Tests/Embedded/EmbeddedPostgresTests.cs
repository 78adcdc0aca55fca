using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using NadooIt.Data.Embedded;
using NadooIt.Data.Kernel;
using Npgsql;
using Shouldly;
using Xunit;

namespace NadooIt.Tests.Embedded;

/// <summary>The private database keeps what was recorded, whatever is killed, and says clearly why it does not start.</summary>
public sealed class EmbeddedPostgresTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Below the folder for temporary files, because the account that runs the server for root must be able to reach it.
    private readonly string _dataFolder = Path.Combine(Path.GetTempPath(), $"nadooit-test-{RandomNumberGenerator.GetHexString(12, lowercase: true)}");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_start_finds_what_the_first_recorded()
    {
        await using (var first = await StartAsync())
        {
            await RecordAsync(first, 1);
            (await ServerFactsAsync(first)).ShouldBe("UTF8 on on on");
        }

        await using var second = await StartAsync();
        await RecordAsync(second, 2);
        (await CountAsync(second)).ShouldBe(2);
    }

    [Fact]
    public async Task A_stopped_database_leaves_no_process()
    {
        int process;
        await using (var database = await StartAsync())
        {
            process = database.ProcessId;
            IsAlive(process).ShouldBeTrue();
        }

        IsAlive(process).ShouldBeFalse();
    }

    [Fact]
    public async Task A_killed_server_comes_back_by_itself_with_everything_recorded()
    {
        await using var database = await StartAsync();
        await RecordAsync(database, 1);

        for (var round = 2; round <= 3; round++)
        {
            var killed = database.ProcessId;
            Kill(killed);
            await EventuallyAsync(() => database.IsReady && database.ProcessId != killed);
            await RecordAsync(database, round);
            (await CountAsync(database)).ShouldBe(round);
        }
    }

    [Fact]
    public async Task A_worker_deep_in_a_query_does_not_block_the_return_of_its_killed_server()
    {
        await using var database = await StartAsync();
        await RecordAsync(database, 1);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var connection = await source.OpenConnectionAsync(Cancelled);
        await using var endless = new NpgsqlCommand("DO $$ BEGIN RAISE NOTICE 'busy'; LOOP END LOOP; END $$", connection);
        var busy = new TaskCompletionSource();
        connection.Notice += (_, _) => busy.TrySetResult();
        var working = endless.ExecuteNonQueryAsync(Cancelled);
        await busy.Task.WaitAsync(Patience, Cancelled);

        var killed = database.ProcessId;
        Kill(killed);
        await EventuallyAsync(() => database.IsReady && database.ProcessId != killed);

        await Should.ThrowAsync<NpgsqlException>(() => working);
        (await CountAsync(database)).ShouldBe(1);
    }

    [Fact]
    public async Task A_killed_server_refuses_connections_as_a_passing_failure()
    {
        await using var database = await StartAsync();
        await RecordAsync(database, 1);

        Kill(database.ProcessId);
        var failure = await Should.ThrowAsync<NpgsqlException>(() => CountAsync(database));

        failure.IsTransient.ShouldBeTrue();
    }

    [Fact]
    public async Task A_second_owner_of_the_data_folder_is_refused_and_the_first_goes_on()
    {
        await using var first = await StartAsync();
        await RecordAsync(first, 1);

        var refused = await Should.ThrowAsync<EmbeddedPostgresException>(StartAsync);

        refused.Message.ShouldContain("Another NADOO-IT is using this data folder");
        refused.Message.ShouldContain(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        (await CountAsync(first)).ShouldBe(1);
    }

    [Fact]
    public async Task A_lost_password_file_is_replaced_and_the_data_stays()
    {
        await using (var first = await StartAsync())
        {
            await RecordAsync(first, 1);
        }

        File.Delete(Path.Combine(ClusterRoot, "password"));

        await using var second = await StartAsync();
        (await CountAsync(second)).ShouldBe(1);
    }

    /// <summary>A cluster from before there was a limited account: its owner may make none, and nobody else may sign in.</summary>
    [Fact]
    public async Task A_cluster_of_an_earlier_version_is_given_the_limited_account_and_the_data_stays()
    {
        await using (var first = await StartAsync())
        {
            await RecordAsync(first, 1);
        }

        const string Kept = "# what an operator wrote\n";
        var folder = await ClusterFolder.OpenAsync(_dataFolder, NullLogger.Instance, Cancelled);
        await File.WriteAllTextAsync(Path.Combine(folder.Data, "pg_hba.conf"), $"{Kept}local all nadooit scram-sha-256\nhost all nadooit 127.0.0.1/32 scram-sha-256\n", Cancelled);
        var bin = await PostgresBinaries.FindAsync(folder.Version, PostgresBinaries.NamedFolder, folder.Account, NullLogger.Instance, Cancelled);
        (await Command.RunAsync(Path.Combine(bin, SystemTools.Executable("postgres")), ["--single", "-D", folder.Data, "postgres"], Cancelled, folder.Account, "ALTER ROLE nadooit NOCREATEROLE\n"))
            .Succeeded.ShouldBeTrue();

        for (var start = 0; start < 2; start++)
        {
            await using var later = await StartAsync();
            var application = await DatabaseAccounts.PrepareAsync(later.ConnectionString, null, NullLogger.Instance, Cancelled);
            new NpgsqlConnectionStringBuilder(application).Username.ShouldBe("nadooit_app");
            await using var node = new NadooItDatabase(application, TimeProvider.System);
            (await node.IsReadyAsync(Cancelled)).ShouldBeTrue();
            (await CountAsync(later)).ShouldBe(1);
        }

        (await File.ReadAllTextAsync(Path.Combine(folder.Data, "pg_hba.conf"), Cancelled)).ShouldContain(Kept);
    }

    [Fact]
    public async Task Two_applications_with_their_own_data_folders_do_not_meet()
    {
        using var other = new EmbeddedPostgresTests();
        await using var first = await StartAsync();
        await using var second = await other.StartAsync();
        await RecordAsync(first, 1);
        await RecordAsync(second, 1);
        await RecordAsync(second, 2);

        (await CountAsync(first)).ShouldBe(1);
        (await CountAsync(second)).ShouldBe(2);
    }

    [Fact]
    public async Task Missing_programs_are_explained_with_three_ways_out()
    {
        var refused = await Should.ThrowAsync<EmbeddedPostgresException>(
            () => PostgresBinaries.FindAsync("9", named: null, account: null, NullLogger.Instance, Cancelled));

        refused.Message.ShouldContain("PostgreSQL 9");
        refused.Message.ShouldContain("Nothing was changed");
        refused.Message.ShouldContain("NADOOIT_POSTGRES_BIN");
        refused.Message.ShouldContain("npm");
        refused.Message.ShouldContain("ConnectionStrings__NadooIt");
    }

    [Fact]
    public async Task A_named_folder_without_programs_is_refused_even_when_others_exist()
    {
        Directory.CreateDirectory(_dataFolder);

        var refused = await Should.ThrowAsync<EmbeddedPostgresException>(
            () => PostgresBinaries.FindAsync(null, _dataFolder, account: null, NullLogger.Instance, Cancelled));

        refused.Message.ShouldContain(_dataFolder);
    }

    [Fact]
    public async Task A_folder_that_holds_no_complete_database_is_never_overwritten()
    {
        await using (var first = await StartAsync())
        {
            await RecordAsync(first, 1);
        }

        var version = Path.Combine(ClusterRoot, "data", "PG_VERSION");
        var text = await File.ReadAllTextAsync(version, Cancelled);
        File.Delete(version);
        (await Should.ThrowAsync<EmbeddedPostgresException>(StartAsync)).Message.ShouldContain("PG_VERSION");

        await File.WriteAllTextAsync(version, "9", Cancelled);
        (await Should.ThrowAsync<EmbeddedPostgresException>(StartAsync)).Message.ShouldContain("PostgreSQL 9");

        await File.WriteAllTextAsync(version, text, Cancelled);
        await using var again = await StartAsync();
        (await CountAsync(again)).ShouldBe(1);
    }

    public void Dispose()
    {
        if (!Directory.Exists(_dataFolder))
        {
            return;
        }

        if (Directory.Exists(ClusterRoot))
        {
            Directory.Delete(ClusterRoot, recursive: true);
        }

        Directory.Delete(_dataFolder, recursive: true);
    }

    private string ClusterRoot
    {
        get
        {
            var pointer = Path.Combine(_dataFolder, "postgres-is-in.txt");
            return File.Exists(pointer) ? File.ReadAllText(pointer).Trim() : Path.Combine(_dataFolder, "postgres");
        }
    }

    private Task<EmbeddedPostgres> StartAsync() => EmbeddedPostgres.StartAsync(_dataFolder, NullLogger.Instance, Cancelled);

    private static async Task RecordAsync(EmbeddedPostgres database, int number)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var create = source.CreateCommand("CREATE TABLE IF NOT EXISTS recorded (number integer PRIMARY KEY)");
        await create.ExecuteNonQueryAsync(Cancelled);
        await using var insert = source.CreateCommand("INSERT INTO recorded VALUES ($1)");
        insert.Parameters.Add(new NpgsqlParameter { Value = number });
        await insert.ExecuteNonQueryAsync(Cancelled);
    }

    private static async Task<long> CountAsync(EmbeddedPostgres database) =>
        (long)(await AskAsync(database, "SELECT count(*) FROM recorded"))!;

    private static async Task<string> ServerFactsAsync(EmbeddedPostgres database) =>
        (string)(await AskAsync(
            database,
            "SELECT concat_ws(' ', current_setting('server_encoding'), current_setting('data_checksums'), current_setting('fsync'), current_setting('synchronous_commit'))"))!;

    private static async Task<object?> AskAsync(EmbeddedPostgres database, string question)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var command = source.CreateCommand(question);
        return await command.ExecuteScalarAsync(Cancelled);
    }

    private static void Kill(int process)
    {
        using var found = Process.GetProcessById(process);
        found.Kill();
        found.WaitForExit();
    }

    private static bool IsAlive(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        var waiting = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            waiting.Elapsed.ShouldBeLessThan(Patience);
            await timer.WaitForNextTickAsync(Cancelled);
        }
    }
}
