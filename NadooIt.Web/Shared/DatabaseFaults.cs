using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace NadooIt.Web.Shared;

/// <summary>Tells a database that is away from a bug.</summary>
internal static class DatabaseFaults
{
    /// <summary>Whether the exception says that the database cannot be reached, or is starting or stopping.</summary>
    public static bool IsUnavailable(Exception? exception) => exception switch
    {
        null => false,
        PostgresException postgres => postgres.SqlState is "57P01" or "57P02" or "57P03" or "53300" or "08006" or "08001",
        NpgsqlException or SocketException => true,
        TimeoutException => true,
        DbUpdateException or InvalidOperationException or AggregateException => IsUnavailable(exception.InnerException),
        _ => false,
    };
}
