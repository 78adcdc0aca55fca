using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using NadooIt.Data.Executions;
using Npgsql;

namespace NadooIt.Data.Kernel;

/// <summary>
/// Two accounts for one database: the owner migrates it at the start, and then the application works under an account
/// that can neither alter the schema nor change the audit trail, and is bound by the fence in the database. This file
/// is named as one of the few that speak SQL.
/// </summary>
public static class DatabaseAccounts
{
    /// <summary>What the limited account is called: the owner's name and this.</summary>
    public const string Suffix = "_app";

    private const long OneAtATime = 0x4E41_444F_4F02;

    /// <summary>
    /// Brings the schema up to date as the owner and returns the connection under which the application works from then
    /// on. Several nodes may do so at once.
    /// </summary>
    /// <param name="owner">Connects as the owner of the database.</param>
    /// <param name="limited">
    /// Connects as an account that somebody made for the application; null to have one made, where the owner may make
    /// accounts and signs in with a password. Where he may not, the application works as the owner, and the log warns.
    /// </param>
    /// <param name="logger">Is told which account it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<string> PrepareAsync(string owner, string? limited, ILogger logger, CancellationToken cancellationToken)
    {
        await using (var database = new NadooItDatabase(owner, TimeProvider.System))
        {
            await database.MigrateAsync(cancellationToken);
        }

        return await PrepareAccountAsync(owner, limited, logger, cancellationToken);
    }

    /// <summary>As <see cref="PrepareAsync"/>, for a database that is up to date.</summary>
    public static async Task<string> PrepareAccountAsync(string owner, string? limited, ILogger logger, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(owner) { Pooling = false });
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var connectionString = limited ?? await MakeAsync(connection, new(owner), cancellationToken);
        if (connectionString is null || new NpgsqlConnectionStringBuilder(connectionString).Username == connection.UserName)
        {
            logger.LogWarning("The database account {Account} owns the schema, and no other could be made from it. The application works under it, without the protection that a limited account gives; see README, Database accounts", connection.UserName);
            return owner;
        }

        await GrantAsync(connection, new NpgsqlConnectionStringBuilder(connectionString).Username!, cancellationToken);
        await WarnAsync(connectionString, logger, cancellationToken);
        return connectionString;
    }

    private static async Task<string?> MakeAsync(NpgsqlConnection connection, NpgsqlConnectionStringBuilder owner, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(owner.Password))
        {
            return null;
        }

        var name = await ScalarAsync<string>(connection, "SELECT current_user::text", cancellationToken) + Suffix;
        var isThere = await ScalarAsync<bool>(connection, "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)", cancellationToken, name);
        var mayMake = await ScalarAsync<bool>(connection, "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user", cancellationToken);
        // Each node derives the same password, so that none has to be kept.
        var password = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(owner.Password), Encoding.UTF8.GetBytes($"NADOO-IT database account {name}")));
        var limited = new NpgsqlConnectionStringBuilder(owner.ConnectionString) { Username = name, Password = password };
        var mayEnter = isThere && await MayEnterAsync(limited, cancellationToken);
        if (!mayEnter && mayMake)
        {
            await MakeOnceAsync(connection, $"{(isThere ? "ALTER" : "CREATE")} ROLE {Quote(name)} LOGIN PASSWORD '{password}'", cancellationToken);
            mayEnter = await MayEnterAsync(limited, cancellationToken);
        }

        return mayEnter ? limited.ConnectionString : null;
    }

    // Accounts belong to the whole server, and another database's node may have made this one in between.
    private static async Task MakeOnceAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(connection, sql, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation)
        {
            // It is there, which is all that was wanted.
        }
    }

    private static async Task<bool> MayEnterAsync(NpgsqlConnectionStringBuilder limited, CancellationToken cancellationToken)
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(limited.ConnectionString) { Pooling = false });
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            return false;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // It may not connect to this database yet, but its password is right.
            return true;
        }
    }

    private static async Task GrantAsync(NpgsqlConnection connection, string account, CancellationToken cancellationToken)
    {
        var role = Quote(account);
        var database = Quote(connection.Database);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({OneAtATime})", cancellationToken);
        await ExecuteAsync(
            connection,
            $"""
            GRANT CONNECT ON DATABASE {database} TO {role};
            GRANT USAGE ON SCHEMA public, {TestSchema.Name} TO {role};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, {TestSchema.Name} TO {role};
            GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public, {TestSchema.Name} TO {role};
            REVOKE UPDATE, DELETE ON audit_entry FROM {role};
            REVOKE ALL ON FUNCTION nadooit_chain(audit_entry), nadooit_chain_new(), {Standing.Signature} FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION nadooit_is_system(), {Standing.Signature} TO {role};
            REVOKE INSERT, UPDATE, DELETE ON audit_link, audit_head, operator_customer, name_of_person, customer_of_contract, {FiguresSchema.Days}, {FiguresSchema.Months}, "__EFMigrationsHistory" FROM {role};
            """,
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task WarnAsync(string limited, ILogger logger, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(limited) { Pooling = false });
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var passes = await ScalarAsync<bool>(
            connection, "SELECT rolsuper OR rolbypassrls OR has_schema_privilege(current_user, 'public', 'CREATE') OR EXISTS (SELECT 1 FROM pg_tables WHERE schemaname IN ('public', 'test_ledger') AND tableowner = current_user) FROM pg_roles WHERE rolname = current_user", cancellationToken);
        if (passes)
        {
            logger.LogWarning("The database account {Account} is not bound by the fence in the database, or may alter the schema: it is a superuser, owns tables, or may make some; see README, Database accounts", connection.UserName);
        }
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(values.Select(value => new NpgsqlParameter { Value = value }).ToArray());
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
