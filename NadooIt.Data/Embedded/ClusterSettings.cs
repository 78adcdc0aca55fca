using NadooIt.Data.Kernel;

namespace NadooIt.Data.Embedded;

/// <summary>The configuration of the cluster: written once where an operator may tune it, given at each start where he may not.</summary>
internal static class ClusterSettings
{
    public const string Role = "nadooit";
    public const string Application = Role + DatabaseAccounts.Suffix;
    public const string Database = "nadooit";
    public const int SocketPort = 5432;

    /// <summary>Appended to postgresql.conf when the cluster is made.</summary>
    /// <remarks>The log carries neither statements nor values: they may hold what must not appear in logs.</remarks>
    public const string Tunable = """

        # NADOO-IT
        shared_buffers = 256MB
        max_connections = 200
        wal_level = replica
        fsync = on
        full_page_writes = on
        synchronous_commit = on
        password_encryption = scram-sha-256
        timezone = 'UTC'
        log_timezone = 'UTC'
        log_min_messages = warning
        log_min_error_statement = panic
        log_error_verbosity = terse
        log_statement = none
        log_rotation_size = 10MB
        log_rotation_age = 1d

        """;

    /// <summary>Owns the database, and may make the limited account under which the application works.</summary>
    public const string Rights = "LOGIN CREATEDB CREATEROLE";

    /// <summary>Only the owner and the application's account may sign in, with their passwords; the superuser exists for maintenance in single-user mode.</summary>
    public static string Access => AccessOf(Application) + AccessOf(Role) + (OperatingSystem.IsWindows() ? "" : "local all all reject\n");

    /// <summary>What a cluster of an earlier version lacks.</summary>
    public static string AccessOfApplication => AccessOf(Application);

    /// <summary>The command line of the server.</summary>
    public static IReadOnlyList<string> CommandLine(ClusterFolder folder, int port)
    {
        string[] settings =
        [
            $"port={port}",
            OperatingSystem.IsWindows() ? "listen_addresses=127.0.0.1" : "listen_addresses=",
            OperatingSystem.IsWindows() ? "unix_socket_directories=" : $"unix_socket_directories={Quote(folder.Sockets)}",
            "unix_socket_permissions=0700",
            "logging_collector=on",
            $"log_directory={folder.Logs}",
            "log_filename=postgresql-%Y%m%d-%H%M%S.log",
            "log_file_mode=0600",
        ];
        return ["-D", folder.Data, .. settings.SelectMany(setting => new[] { "-c", setting })];
    }

    private static string AccessOf(string role) => OperatingSystem.IsWindows()
        ? $"host all {role} 127.0.0.1/32 scram-sha-256\n"
        : $"local all {role} scram-sha-256\n";

    // The setting is a list, in which a comma or a space would end the name of the folder.
    private static string Quote(string folder) => $"\"{folder.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
