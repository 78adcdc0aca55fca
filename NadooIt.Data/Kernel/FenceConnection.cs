using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace NadooIt.Data.Kernel;

/// <summary>
/// Keeps the connection that a fenced context takes until the context is disposed of, so that it is told once what is
/// inside the fence. Nothing is asked on it before: it may still know what was inside for the one before.
/// </summary>
/// <param name="tellsAtOnce">Whether to tell when the connection opens, for contexts whose connection is used past them; otherwise <see cref="FenceCommands"/> tells.</param>
internal sealed class FenceConnection(bool tellsAtOnce) : DbConnectionInterceptor
{
    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        var db = (NadooItDb)eventData.Context!;
        db.IsFenceTold = false;
        if (tellsAtOnce)
        {
            await db.TellFenceAsync(cancellationToken);
        }

        await db.Database.OpenConnectionAsync(cancellationToken);
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        var db = (NadooItDb)eventData.Context!;
        db.IsFenceTold = false;
        db.TellFence();
        db.Database.OpenConnection();
    }
}

/// <summary>
/// Tells the database what is inside before the first statement of a fenced context: together with it where it is a query,
/// which saves a round trip, and on its own before anything else.
/// </summary>
internal sealed class FenceCommands : DbCommandInterceptor, IDbTransactionInterceptor
{
    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        var db = (NadooItDb)eventData.Context!;
        if (db.IsFenceTold)
        {
            return result;
        }

        if (eventData.CommandSource != CommandSource.LinqQuery)
        {
            return await ToldAsync(eventData, result, cancellationToken);
        }

        var batch = new NpgsqlBatch((NpgsqlConnection)command.Connection!) { Timeout = command.CommandTimeout };
        batch.BatchCommands.Add(DatabaseFence.Tell(db.Fence));
        var query = new NpgsqlBatchCommand(command.CommandText);
        query.Parameters.AddRange(command.Parameters.Cast<NpgsqlParameter>().Select(parameter => parameter.Clone()).ToArray());
        batch.BatchCommands.Add(query);
        var reader = await batch.ExecuteReaderAsync(cancellationToken);
        try
        {
            await reader.NextResultAsync(cancellationToken);
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }

        db.IsFenceTold = true;
        return InterceptionResult<DbDataReader>.SuppressWithResult(reader);
    }

    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result) =>
        Told(eventData, result);

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        ToldAsync(eventData, result, cancellationToken);

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result) => Told(eventData, result);

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default) =>
        ToldAsync(eventData, result, cancellationToken);

    public override InterceptionResult<object> ScalarExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<object> result) => Told(eventData, result);

    // Before a transaction, since what is told within one is forgotten when it is rolled back.
    public ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default) =>
        ToldAsync(eventData, result, cancellationToken);

    public InterceptionResult<DbTransaction> TransactionStarting(DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result) =>
        Told(eventData, result);

    private static async ValueTask<TResult> ToldAsync<TResult>(DbContextEventData eventData, TResult result, CancellationToken cancellationToken)
    {
        await ((NadooItDb)eventData.Context!).TellFenceAsync(cancellationToken);
        return result;
    }

    private static TResult Told<TResult>(DbContextEventData eventData, TResult result)
    {
        ((NadooItDb)eventData.Context!).TellFence();
        return result;
    }
}
