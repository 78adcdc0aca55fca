using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;
using NadooIt.Tests.Executions;
using NadooIt.Tests.Support;
using Npgsql;

namespace NadooIt.Tests.Kernel;

public sealed class LiveUpdatesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_one_node_records_is_heard_on_another()
    {
        await using var node = new NadooItDatabase(database.LimitedConnectionString, TimeProvider.System);
        using var updates = new LiveUpdates(node, TimeProvider.System, NullLogger<LiveUpdates>.Instance);
        await updates.StartAsync(CancellationToken.None);
        await updates.Listening.WaitAsync(Patience);
        var story = await ExecutionStory.BeginAsync(database);
        var heard = new Heard();
        var subscription = updates.Subscribe(heard.Add);

        await story.RecordAsync((await story.ProgramAsync()).Id, 60);
        await heard.WaitForAsync(new(LiveUpdates.Executions, story.Customer));

        subscription.Dispose();
        updates.Subscribers.ShouldBe(0);
        await updates.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task After_a_broken_connection_it_comes_back_and_says_that_anything_may_have_changed()
    {
        await using var node = new NadooItDatabase(database.LimitedConnectionString, TimeProvider.System);
        using var updates = new LiveUpdates(node, TimeProvider.System, NullLogger<LiveUpdates>.Instance);
        await updates.StartAsync(CancellationToken.None);
        await updates.Listening.WaitAsync(Patience);
        var heard = new Heard();
        using var subscription = updates.Subscribe(heard.Add);

        await BreakListenersAsync();
        await heard.WaitForAsync(Change.Anything);

        var story = await ExecutionStory.BeginAsync(database);
        await story.RecordAsync((await story.ProgramAsync()).Id, 60);
        await heard.WaitForAsync(new(LiveUpdates.Executions, story.Customer));
        await updates.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Each_of_many_customers_is_heard_and_nobody_else()
    {
        await using var node = new NadooItDatabase(database.LimitedConnectionString, TimeProvider.System);
        using var updates = new LiveUpdates(node, TimeProvider.System, NullLogger<LiveUpdates>.Instance);
        await updates.StartAsync(CancellationToken.None);
        await updates.Listening.WaitAsync(Patience);
        var heard = new Heard();
        using var subscription = updates.Subscribe(heard.Add);
        var customers = Enumerable.Range(0, 450).Select(_ => NewId.At<CustomerId>(database.Clock.GetUtcNow())).ToList();

        node.RecordingNotices.Tell(customers);

        foreach (var customer in customers)
        {
            await heard.WaitForAsync(new(LiveUpdates.Executions, customer));
        }

        heard.HasHeard(Change.Anything).ShouldBeFalse();
        await updates.StopAsync(CancellationToken.None);
    }

    private async Task BreakListenersAsync()
    {
        await using var connection = new NpgsqlConnection(database.LimitedConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'", connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Collects changes and lets a test wait for one of them.</summary>
    private sealed class Heard
    {
        private readonly ConcurrentDictionary<Change, TaskCompletionSource> waiting = new();

        public void Add(Change change) => Of(change).TrySetResult();

        public Task WaitForAsync(Change change) => Of(change).Task.WaitAsync(Patience);

        public bool HasHeard(Change change) => waiting.ContainsKey(change);

        private TaskCompletionSource Of(Change change) => waiting.GetOrAdd(change, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
