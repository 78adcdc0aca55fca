using System.Globalization;
using Microsoft.Extensions.Logging;

namespace NadooIt.Data.Embedded;

/// <summary>Finds the programs of PostgreSQL (15 or newer) on this machine, or fetches them.</summary>
public static class PostgresBinaries
{
    private const int OldestMajor = 15;
    private const string Variable = "NADOOIT_POSTGRES_BIN";

    /// <summary>Finds the folder that contains <c>postgres</c>, <c>initdb</c> and <c>pg_ctl</c>.</summary>
    /// <param name="clusterVersion">The major version that made the cluster (<c>PG_VERSION</c>), or null for a new one.</param>
    /// <param name="logger">Is told which programs are used.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The full path of the folder.</returns>
    /// <remarks>Order: NADOOIT_POSTGRES_BIN, PATH and the usual folders (newest first), an npm package in the user's cache.</remarks>
    /// <exception cref="EmbeddedPostgresException">Nothing fits; the message names the ways out.</exception>
    public static Task<string> FindAsync(string? clusterVersion, ILogger logger, CancellationToken cancellationToken) =>
        FindAsync(clusterVersion, NamedFolder, UnprivilegedAccount.ForNewCluster(), logger, cancellationToken);

    internal static string? NamedFolder => Environment.GetEnvironmentVariable(Variable);

    internal static async Task<string> FindAsync(
        string? clusterVersion, string? named, UnprivilegedAccount? account, ILogger logger, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(named))
        {
            return Use(await ReadNamedAsync(named, clusterVersion, account, cancellationToken), logger);
        }

        var found = new List<Installation>();
        foreach (var folder in Candidates().Distinct())
        {
            if (await ReadAsync(folder, account, cancellationToken) is { } installation)
            {
                found.Add(installation);
            }
        }

        var best = found.Where(installation => Fits(installation, clusterVersion)).MaxBy(installation => installation.Major);
        if (best is not null)
        {
            return Use(best, logger);
        }

        var (bin, problem) = await NpmPostgres.InstallAsync(clusterVersion, account, logger, cancellationToken);
        if (bin is not null && await ReadAsync(bin, account, cancellationToken) is { } fetched && Fits(fetched, clusterVersion))
        {
            return Use(fetched, logger);
        }

        throw NothingFound(clusterVersion, problem ?? $"what npm installed in {bin} does not run on this machine");
    }

    private static string Use(Installation installation, ILogger logger)
    {
        logger.UsingBinaries(installation.Version, installation.Folder);
        return installation.Folder;
    }

    private static async Task<Installation> ReadNamedAsync(
        string named, string? clusterVersion, UnprivilegedAccount? account, CancellationToken cancellationToken)
    {
        var installation = await ReadAsync(Path.GetFullPath(named), account, cancellationToken)
            ?? throw new EmbeddedPostgresException(
                $"{Variable} names {named}, but this folder has no working postgres, initdb and pg_ctl"
                + (account is null ? "." : $" that the account {account.Name} can run."));
        if (!Fits(installation, clusterVersion))
        {
            throw new EmbeddedPostgresException(
                $"{Variable} names PostgreSQL {installation.Version}, but "
                + (clusterVersion is null
                    ? $"NADOO-IT needs PostgreSQL {OldestMajor} or newer."
                    : $"the database was made by PostgreSQL {clusterVersion} and opens only with that version. Nothing was changed."));
        }

        return installation;
    }

    private static bool Fits(Installation installation, string? clusterVersion) =>
        clusterVersion is null ? installation.Major >= OldestMajor : installation.Major.ToString(CultureInfo.InvariantCulture) == clusterVersion;

    private static IEnumerable<string> Candidates()
    {
        string[] parents = OperatingSystem.IsWindows()
            ? [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL")]
            : ["/usr/lib/postgresql", "/usr/libexec/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/Applications/Postgres.app/Contents/Versions"];
        var versioned = parents.Where(Directory.Exists)
            .SelectMany(parent => Directory.EnumerateDirectories(parent))
            .Concat(Directory.Exists("/usr") ? Directory.EnumerateDirectories("/usr", "pgsql-*") : [])
            .Select(folder => Path.Combine(folder, "bin"));
        return SystemTools.SearchPath.Concat(versioned);
    }

    /// <summary>Reads the version by running the program as the account that will run it, so that what is out of reach does not count.</summary>
    private static async Task<Installation?> ReadAsync(string folder, UnprivilegedAccount? account, CancellationToken cancellationToken)
    {
        string[] needed = ["postgres", "initdb", "pg_ctl"];
        if (!needed.All(name => File.Exists(Path.Combine(folder, SystemTools.Executable(name)))))
        {
            return null;
        }

        var result = await Command.RunAsync(Path.Combine(folder, SystemTools.Executable("postgres")), ["--version"], cancellationToken, account);
        var version = result.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ElementAtOrDefault(2);
        return result.Succeeded && version is not null && int.TryParse(string.Concat(version.TakeWhile(char.IsAsciiDigit)), out var major)
            ? new Installation(folder, version, major)
            : null;
    }

    private static EmbeddedPostgresException NothingFound(string? clusterVersion, string problem)
    {
        var wanted = clusterVersion is null ? $"PostgreSQL {OldestMajor} or newer" : $"PostgreSQL {clusterVersion}";
        var package = clusterVersion is null ? "postgresql" : $"postgresql-{clusterVersion}";
        var reason = clusterVersion is null
            ? "No PostgreSQL was found."
            : $"The database was made by PostgreSQL {clusterVersion} and opens only with that version, but it was not found. Nothing was changed.";
        return new EmbeddedPostgresException(
            $"{reason} There are three ways out: "
            + $"(1) install {wanted} (for example: apt install {package}) or name the folder of its programs in {Variable}; "
            + $"(2) install Node.js with npm and network access, then NADOO-IT fetches {wanted} by itself (now: {problem}); "
            + "(3) use a database server of your own and name it in ConnectionStrings__NadooIt.");
    }

    private sealed record Installation(string Folder, string Version, int Major);
}
