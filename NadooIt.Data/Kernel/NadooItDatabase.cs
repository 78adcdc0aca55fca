using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace NadooIt.Data.Kernel;

/// <summary>The PostgreSQL database of this installation. Only the door makes contexts out of it.</summary>
public sealed class NadooItDatabase : IAsyncDisposable
{
    private readonly DbContextOptions<NadooItDb> options;

    /// <summary>Uses the database that the connection string names.</summary>
    public NadooItDatabase(string connectionString, TimeProvider clock)
    {
        var source = new NpgsqlDataSourceBuilder(connectionString);
        source.ConnectionStringBuilder.ApplicationName = "NadooIT";
        Source = source.Build();
        Clock = clock;
        options = new DbContextOptionsBuilder<NadooItDb>()
            .UseNpgsql(Source)
            .ConfigureWarnings(warnings => warnings.Ignore(
                CoreEventId.PossibleIncorrectRequiredNavigationWithQueryFilterInteractionWarning,
                RelationalEventId.PendingModelChangesWarning))
            .Options;
    }

    internal NpgsqlDataSource Source { get; }

    internal TimeProvider Clock { get; }

    /// <summary>Brings the schema up to date; several nodes may do so at once.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var db = Create(Fence.System("migrate"));
        await db.Database.MigrateAsync(cancellationToken);
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
    public ValueTask DisposeAsync() => Source.DisposeAsync();

    internal NadooItDb Create(Fence fence) => new(options, fence, Clock);
}
