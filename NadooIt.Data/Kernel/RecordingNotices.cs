using NadooIt.Domain.Kernel;
using Npgsql;
using NpgsqlTypes;

namespace NadooIt.Data.Kernel;

/// <summary>
/// Tells the open pages of all nodes at which customers executions were recorded, a few times a second and for all pages of the
/// book together. Within the transactions that record it would make each commit wait for the one before, since the database
/// sends notices in the order of commits. This file is named as one of the few that speak SQL.
/// </summary>
/// <remarks>What is not told when a process is killed is seen with the next execution, or when a page is opened again.</remarks>
internal sealed class RecordingNotices(NpgsqlDataSource source, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>Most customers in one notice, which holds less than 8,000 bytes: one for each took the database and every node many times as long.</summary>
    private const int MostCustomers = 200;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource disposed = new();
    private HashSet<CustomerId> customers = [];
    private Task sending = Task.CompletedTask;

    /// <summary>Returns at once; it is told a moment later.</summary>
    public void Tell(IEnumerable<CustomerId> recorded)
    {
        lock (gate)
        {
            customers.UnionWith(recorded);
            if (customers.Count > 0 && sending.IsCompleted && !disposed.IsCancellationRequested)
            {
                sending = Task.Run(SendAsync);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await disposed.CancelAsync();
        await sending;
        disposed.Dispose();
    }

    private async Task SendAsync()
    {
        var pause = Interval;
        while (Take() is { Count: > 0 } taken)
        {
            try
            {
                await using var command = source.CreateCommand("SELECT pg_notify('nadooit_changes', notice) FROM unnest($1) AS notice");
                command.Parameters.Add(new NpgsqlParameter<string[]>
                {
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
                    TypedValue = [.. taken.Chunk(MostCustomers).Select(customers => $"{LiveUpdates.Executions} {string.Join(',', customers)}")],
                });
                await command.ExecuteNonQueryAsync(CancellationToken.None);
                pause = Interval;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException)
            {
                PutBack(taken);
                pause = PauseAfterFailure;
            }

            await Task.Delay(pause, clock, disposed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What is to be told; nothing once nobody is there to tell it again after a failure.</summary>
    private HashSet<CustomerId> Take()
    {
        lock (gate)
        {
            var taken = customers;
            customers = [];
            if (taken.Count == 0)
            {
                sending = Task.CompletedTask;
            }

            return taken;
        }
    }

    private void PutBack(HashSet<CustomerId> taken)
    {
        lock (gate)
        {
            if (!disposed.IsCancellationRequested)
            {
                customers.UnionWith(taken);
            }
        }
    }
}
