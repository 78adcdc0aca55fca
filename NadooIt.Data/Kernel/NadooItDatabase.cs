using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace NadooIt.Data.Kernel;

/// <summary>The PostgreSQL database of this installation. Only the door makes contexts out of it.</summary>
public sealed class NadooItDatabase : IAsyncDisposable
{
    /// <summary>
    /// Connections that record executions are their own: few, so that each knows every statement, and told to go by index
    /// whatever the statistics of a young database say.
    /// </summary>
    private const string RecordingPlans =
        "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_bitmapscan=off -c jit=off";

    private const int MostRecordingConnections = 6;

    /// <summary>How many pages of the book are written at one time for single requests.</summary>
    internal const int Writers = 2;

    /// <summary>Few, so that whoever tries something out takes nothing from those who work.</summary>
    private const int MostTestConnections = 8;

    private readonly DbContextOptions<NadooItDb> options;
    private readonly DbContextOptions<NadooItDb> recordingOptions;
    private readonly NpgsqlDataSource recordingSource;
    private readonly DbContextOptions<NadooItDb> testOptions;
    private readonly NpgsqlDataSource testSource;

    /// <summary>Uses the database that the connection string names.</summary>
    public NadooItDatabase(string connectionString, TimeProvider clock)
    {
        var source = new NpgsqlDataSourceBuilder(connectionString);
        source.ConnectionStringBuilder.ApplicationName = "NadooIT";
        Source = source.Build();
        Clock = clock;
        RecordingNotices = new(Source, clock);
        options = OptionsOf(Source);

        var recording = new NpgsqlDataSourceBuilder(source.ConnectionString);
        recording.ConnectionStringBuilder.ApplicationName = "NadooIT recording";
        recording.ConnectionStringBuilder.MaxPoolSize = MostRecordingConnections;
        recording.ConnectionStringBuilder.Options = RecordingPlans;
        // All of them do the same, and leave nothing behind that the next one would have to be protected from.
        recording.ConnectionStringBuilder.NoResetOnClose = true;
        recordingSource = recording.Build();
        recordingOptions = OptionsOf(recordingSource);

        var test = new NpgsqlDataSourceBuilder(source.ConnectionString);
        test.ConnectionStringBuilder.ApplicationName = "NadooIT test ledger";
        test.ConnectionStringBuilder.MaxPoolSize = MostTestConnections;
        test.ConnectionStringBuilder.SearchPath = TestSchema.SearchPath;
        testSource = test.Build();
        testOptions = OptionsOf(testSource);
    }

    internal NpgsqlDataSource Source { get; }

    internal TimeProvider Clock { get; }

    /// <summary>How many pages of the book may be open besides the writers' own.</summary>
    internal SemaphoreSlim RecordingSlots { get; } = new(MostRecordingConnections - Writers);

    /// <summary>Tells all nodes of what was recorded.</summary>
    internal RecordingNotices RecordingNotices { get; }

    /// <summary>How many pages of the test ledger's book may be open.</summary>
    internal SemaphoreSlim TestSlots { get; } = new(MostTestConnections / 2);

    /// <summary>Brings the schema up to date; several nodes may do so at once.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var db = Create(Fence.System("migrate"));
        await db.MigrateAsync(cancellationToken);
    }

    /// <summary>Whether the database answers and its schema is up to date.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var db = Create(Fence.System("check readiness"));
            return !(await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any();
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await RecordingNotices.DisposeAsync();
        RecordingSlots.Dispose();
        TestSlots.Dispose();
        await testSource.DisposeAsync();
        await recordingSource.DisposeAsync();
        await Source.DisposeAsync();
    }

    internal NadooItDb Create(Fence fence) => new(options, fence, Clock);

    /// <summary>A context in which executions and the ledger are those of the test ledger.</summary>
    internal NadooItDb CreateForTest(Fence fence) => new(testOptions, fence, Clock);

    /// <summary>A context for recording executions, on a connection kept for that.</summary>
    internal NadooItDb CreateForRecording() => new(recordingOptions, Fence.System("record executions"), Clock);

    private static DbContextOptions<NadooItDb> OptionsOf(NpgsqlDataSource source) => new DbContextOptionsBuilder<NadooItDb>()
        .UseNpgsql(source)
        .ConfigureWarnings(warnings => warnings.Ignore(
            CoreEventId.PossibleIncorrectRequiredNavigationWithQueryFilterInteractionWarning,
            RelationalEventId.PendingModelChangesWarning))
        .Options;
}
