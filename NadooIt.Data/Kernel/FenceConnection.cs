using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace NadooIt.Data.Kernel;

/// <summary>
/// Tells each connection that a fenced context takes what is inside its fence, once for the life of the context. The
/// pool forgets it again. This file is named as one of the few that speak SQL.
/// </summary>
internal sealed class FenceConnection : DbConnectionInterceptor
{
    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        var db = (NadooItDb)eventData.Context!;
        await using (var command = Command((NpgsqlConnection)connection, db.Fence))
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        // The context keeps the connection, so that it does not have to be told again at each query.
        await db.Database.OpenConnectionAsync(cancellationToken);
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        var db = (NadooItDb)eventData.Context!;
        using (var command = Command((NpgsqlConnection)connection, db.Fence))
        {
            command.ExecuteNonQuery();
        }

        db.Database.OpenConnection();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, Fence fence)
    {
        var customers = !fence.IsOpen ? "" : fence.Reach.Everywhere ? DatabaseFence.All : $"{{{string.Join(',', fence.Reach.Customers.Select(customer => customer.Value))}}}";
        return new NpgsqlCommand($"SELECT set_config('{DatabaseFence.Customers}', $1, false), set_config('{DatabaseFence.Person}', $2, false), set_config('{DatabaseFence.People}', $3, false)", connection)
        {
            Parameters =
            {
                new() { Value = customers },
                new() { Value = fence.Caller?.Person.ToString() ?? "" },
                new() { Value = fence.AllPeople ? DatabaseFence.All : "" },
            },
        };
    }
}
