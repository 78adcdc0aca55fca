using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using NadooIt.Data.Executions;
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
        "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_bitmapscan=off";

    /// <summary>Compiling a statement takes longer than any of ours runs.</summary>
    private const string AllPlans = "-c jit=off";

    /// <summary>Batches that are recorded at a time, and as many more of the test ledger.</summary>
    public const int MostBatches = 4;

    /// <summary>One of them is the writer's of single requests.</summary>
    private const int MostRecordingConnections = MostBatches + 1;

    /// <summary>A page of the book goes to the database in one piece.</summary>
    private const int RecordingBufferBytes = 64 * 1024;

    /// <summary>Few, so that whoever tries something out takes nothing from those who work.</summary>
    private const int MostTestConnections = 2 * MostBatches;

    /// <summary>Statements that a connection keeps prepared: parsed once, and mostly planned once.</summary>
    private const int MostPrepared = 100;

    /// <summary>What a connection of the system says about the fence in the database.</summary>
    private const string Everything = $"-c {DatabaseFence.System}=on";

    /// <summary>What a connection of people says until it is told for the first time what is inside.</summary>
    private const string Nothing = $"-c {DatabaseFence.Customers}={DatabaseFence.NoCustomers} -c {DatabaseFence.Person}={DatabaseFence.Nobody}";

    private readonly NpgsqlDataSource fencedSource;
    private readonly DbContextOptions<NadooItDb> options;
    private readonly DbContextOptions<NadooItDb> fencedOptions;
    private readonly DbContextOptions<NadooItDb> recordingOptions;
    private readonly NpgsqlDataSource recordingSource;
    private readonly DbContextOptions<NadooItDb> testOptions;
    private readonly NpgsqlDataSource testSource;

    /// <summary>Uses the database that the connection string names.</summary>
    public NadooItDatabase(string connectionString, TimeProvider clock)
    {
        // What the system does sees everything from the moment it connects; what people do is told in each context.
        Source = Build(connectionString, Everything);
        fencedSource = Build(connectionString, Nothing);
        Clock = clock;
        RecordingNotices = new(Source, clock);
        options = Options(Source).Options;
        fencedOptions = Options(fencedSource).AddInterceptors(new FenceConnection(tellsAtOnce: false), new FenceCommands()).Options;
        recordingSource = Build(connectionString, $"{Everything} {RecordingPlans}", "NadooIT recording", MostRecordingConnections, bufferBytes: RecordingBufferBytes);
        recordingOptions = Options(recordingSource).Options;

        // One pool for whoever tries something out, and for the system beside him: each opening says what is inside.
        testSource = Build(connectionString, Nothing, "NadooIT test ledger", MostTestConnections, TestSchema.SearchPath);
        testOptions = Options(testSource).AddInterceptors(new FenceConnection(tellsAtOnce: true)).Options;
    }

    /// <summary>Connections of the system, which see everything.</summary>
    internal NpgsqlDataSource Source { get; }

    internal TimeProvider Clock { get; }

    /// <summary>What was inside for callers when they last opened.</summary>
    internal FenceGuesses FenceGuesses { get; } = new();

    /// <summary>How many pages of the book may be open besides the writer's own.</summary>
    internal SemaphoreSlim RecordingSlots { get; } = new(MostBatches);

    /// <summary>What recording on this node remembers between its pages.</summary>
    internal BookMemory BookMemory { get; } = new();

    /// <summary>Tells all nodes of what was recorded.</summary>
    internal RecordingNotices RecordingNotices { get; }

    /// <summary>How many pages of the test ledger's book may be open.</summary>
    internal SemaphoreSlim TestSlots { get; } = new(MostBatches);

    /// <summary>Brings the schema up to date, as its owner; several nodes may do so at once.</summary>
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
        await fencedSource.DisposeAsync();
        await Source.DisposeAsync();
    }

    internal NadooItDb Create(Fence fence) => new(fence.Purpose is null ? fencedOptions : options, fence, Clock);

    /// <summary>A closed context on a connection of the system, for the door, which opens it once it knows who calls.</summary>
    internal NadooItDb CreateClosedForSystem() => new(options, Fence.Closed, Clock);

    /// <summary>A context in which executions and the ledger are those of the test ledger.</summary>
    internal NadooItDb CreateForTest(Fence fence) => new(testOptions, fence, Clock);

    /// <summary>A context for recording executions, on a connection kept for that.</summary>
    internal NadooItDb CreateForRecording() => new(recordingOptions, Fence.System("record executions"), Clock);

    private static NpgsqlDataSource Build(string connectionString, string settings, string name = "NadooIT", int? most = null, string? searchPath = null, int? bufferBytes = null)
    {
        var source = new NpgsqlDataSourceBuilder(connectionString);
        BookRows.Map(source);
        var builder = source.ConnectionStringBuilder;
        builder.ApplicationName = name;
        builder.SearchPath = searchPath ?? builder.SearchPath;
        builder.Options = $"{builder.Options} {AllPlans} {settings}".Trim();
        builder.MaxAutoPrepare = MostPrepared;
        builder.WriteBufferSize = bufferBytes ?? builder.WriteBufferSize;

        // Connections of the system all do the same. On those of people the first statement of each context replaces what was
        // told for the one before, so the pool need not make them forget, which took longer than the fence itself. Those of the
        // test ledger are used past their context, and forget.
        builder.NoResetOnClose = searchPath is null;

        // The pools of the system and of people together stay within what was allowed for one. People need most of it: the door
        // reads on the connection on which the work goes on.
        var forSystem = Math.Max(2, builder.MaxPoolSize / 4);
        builder.MaxPoolSize = most ?? (settings == Everything ? forSystem : Math.Max(2, builder.MaxPoolSize - forSystem));
        builder.MinPoolSize = Math.Min(builder.MinPoolSize, builder.MaxPoolSize);
        return source.Build();
    }

    private static DbContextOptionsBuilder<NadooItDb> Options(NpgsqlDataSource source) => new DbContextOptionsBuilder<NadooItDb>()
        .UseNpgsql(source)
        .ConfigureWarnings(warnings => warnings.Ignore(
            CoreEventId.PossibleIncorrectRequiredNavigationWithQueryFilterInteractionWarning,
            RelationalEventId.PendingModelChangesWarning));
}
