using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace NadooIt.Data.Embedded;

/// <summary>Makes the cluster once, with the role of the application, so that a kill half-way leaves nothing that looks finished.</summary>
internal static class ClusterCreation
{
    private const string UnfinishedPrefix = "data.unfinished-";
    private const string Superuser = "postgres";

    /// <summary>Makes the cluster unless it exists; never touches one that does.</summary>
    /// <exception cref="EmbeddedPostgresException">The folder holds something that is no cluster, or PostgreSQL refused.</exception>
    public static async Task EnsureAsync(ClusterFolder folder, string bin, ILogger logger, CancellationToken cancellationToken)
    {
        if (folder.Version is not null)
        {
            return;
        }

        if (Directory.Exists(folder.Data))
        {
            throw new EmbeddedPostgresException(
                $"{folder.Data} exists but is no complete database (the file PG_VERSION is missing). "
                + "Restore it from a backup, or move it away to begin with an empty database. Nothing was changed.");
        }

        logger.Creating(folder.Root);
        DeleteUnfinished(folder, logger);

        // A new name each time: programs of a start that was just killed may still be busy in the folder that they were given.
        var unfinished = Path.Combine(folder.Root, $"{UnfinishedPrefix}{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        await InitializeAsync(folder, unfinished, bin, cancellationToken);
        await File.AppendAllTextAsync(Path.Combine(unfinished, "postgresql.conf"), ClusterSettings.Tunable, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(unfinished, "pg_hba.conf"), ClusterSettings.Access, cancellationToken);
        await SetPasswordAsync(folder, unfinished, bin, $"CREATE ROLE {ClusterSettings.Role} {ClusterSettings.Rights}", cancellationToken);
        Directory.Move(unfinished, folder.Data);
        DeleteUnfinished(folder, logger);
    }

    /// <summary>
    /// Gives the role a new password when the file that keeps it is gone, and what a cluster of an earlier version lacks:
    /// the right to make the limited account, and that account's way in. The server must not be running.
    /// </summary>
    public static async Task EnsurePasswordAsync(ClusterFolder folder, string bin, CancellationToken cancellationToken)
    {
        var access = Path.Combine(folder.Data, "pg_hba.conf");
        var entries = await File.ReadAllTextAsync(access, cancellationToken);
        var isOld = !entries.Contains(ClusterSettings.Application, StringComparison.Ordinal);
        if (isOld || !File.Exists(folder.PasswordFile) || new FileInfo(folder.PasswordFile).Length == 0)
        {
            await SetPasswordAsync(folder, folder.Data, bin, $"ALTER ROLE {ClusterSettings.Role} {ClusterSettings.Rights}", cancellationToken);
        }

        if (isOld)
        {
            await File.WriteAllTextAsync(access, ClusterSettings.AccessOfApplication + entries, cancellationToken);
        }
    }

    private static void DeleteUnfinished(ClusterFolder folder, ILogger logger)
    {
        foreach (var unfinished in Directory.GetDirectories(folder.Root, UnfinishedPrefix + "*"))
        {
            try
            {
                Directory.Delete(unfinished, recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                logger.UnfinishedStays(exception, unfinished);
            }
        }
    }

    private static async Task InitializeAsync(ClusterFolder folder, string unfinished, string bin, CancellationToken cancellationToken)
    {
        var program = Path.Combine(bin, SystemTools.Executable("initdb"));
        var version = await Command.RunAsync(program, ["--version"], cancellationToken, folder.Account);
        string[] arguments =
        [
            "-D", unfinished, "--username", Superuser, "--encoding=UTF8", "--auth=reject", "--data-checksums", "--lc-messages=C",
            .. await LocaleAsync(version.Output, cancellationToken),
        ];
        var result = await Command.RunAsync(program, arguments, cancellationToken, folder.Account);
        result.ThrowIfFailed($"PostgreSQL could not create a database in {folder.Root}.");
    }

    /// <summary>A locale that sorts by code point for ever: an index must not break when the system's language files are updated.</summary>
    private static async Task<string[]> LocaleAsync(string versionLine, CancellationToken cancellationToken)
    {
        var digits = versionLine.SkipWhile(character => !char.IsAsciiDigit(character)).TakeWhile(char.IsAsciiDigit);
        var system = OperatingSystem.IsLinux() ? await Command.RunAsync("locale", ["-a"], cancellationToken) : null;
        var hasUtf8 = system?.Output.Split('\n').Any(name => name.Trim().ToUpperInvariant() is "C.UTF-8" or "C.UTF8") == true;
        var locale = hasUtf8 ? "--locale=C.UTF-8" : "--locale=C";
        return int.TryParse(string.Concat(digits), CultureInfo.InvariantCulture, out var major) && major >= 17
            ? [locale, "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            : [locale];
    }

    private static async Task SetPasswordAsync(ClusterFolder folder, string data, string bin, string statement, CancellationToken cancellationToken)
    {
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var program = Path.Combine(bin, SystemTools.Executable("postgres"));
        string[] arguments = ["--single", "-c", "exit_on_error=on", "-c", "log_min_error_statement=panic", "-D", data, "postgres"];
        var result = await Command.RunAsync(program, arguments, cancellationToken, folder.Account, $"{statement} PASSWORD '{password}'\n");
        result.ThrowIfFailed($"PostgreSQL could not prepare the database in {folder.Root}.");
        await folder.WritePrivateAsync(folder.PasswordFile, password, cancellationToken);
    }
}
