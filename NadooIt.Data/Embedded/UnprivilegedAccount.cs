using System.Globalization;

namespace NadooIt.Data.Embedded;

/// <summary>The account that PostgreSQL runs as when the application runs as root, which PostgreSQL refuses.</summary>
internal sealed record UnprivilegedAccount(string Name, int UserId, int GroupId)
{
    private static readonly string[] Preferred = ["postgres", "_postgres", "nobody"];

    private static bool IsNeeded => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>The account for a new cluster, or null when the application itself is no root.</summary>
    /// <exception cref="EmbeddedPostgresException">The system has none of the usual accounts.</exception>
    public static UnprivilegedAccount? ForNewCluster() => IsNeeded
        ? Preferred.Select(name => Find(entry => entry.Name == name)).FirstOrDefault(account => account is not null)
            ?? throw new EmbeddedPostgresException(
                "PostgreSQL refuses to run as root, and this system has neither an account 'postgres' nor 'nobody'. "
                + "Create an account 'postgres', or start NADOO-IT as an ordinary user.")
        : null;

    /// <summary>The account that owns an existing cluster, or null when the application itself is no root.</summary>
    /// <exception cref="EmbeddedPostgresException">The cluster belongs to root or to nobody known.</exception>
    public static async Task<UnprivilegedAccount?> ForClusterAsync(string folder, CancellationToken cancellationToken)
    {
        if (!IsNeeded)
        {
            return null;
        }

        string[] format = OperatingSystem.IsMacOS() ? ["-f", "%u"] : ["-c", "%u"];
        var owner = await Command.RunAsync("stat", [.. format, folder], cancellationToken);
        if (!int.TryParse(owner.Output.Trim(), CultureInfo.InvariantCulture, out var userId) || userId == 0)
        {
            throw new EmbeddedPostgresException(
                $"The database folder {folder} belongs to root, but PostgreSQL refuses to run as root. Give the folder to the account 'postgres' (chown -R).");
        }

        return Find(entry => entry.UserId == userId)
            ?? throw new EmbeddedPostgresException($"The database folder {folder} belongs to the user id {userId}, which has no account on this system.");
    }

    /// <summary>Makes files or folders belong to this account.</summary>
    public async Task OwnAsync(CancellationToken cancellationToken, params string[] paths)
    {
        var result = await Command.RunAsync("chown", [$"{UserId}:{GroupId}", .. paths], cancellationToken);
        result.ThrowIfFailed($"The account {Name} could not be made the owner of {string.Join(", ", paths)}.");
    }

    /// <summary>Whether this account can pass through the folder.</summary>
    public async Task<bool> CanReachAsync(string folder, CancellationToken cancellationToken) =>
        (await Command.RunAsync("test", ["-x", folder], cancellationToken, this)).Succeeded;

    private static UnprivilegedAccount? Find(Func<UnprivilegedAccount, bool> matches) =>
        File.ReadLines("/etc/passwd").Select(Parse).FirstOrDefault(account => account is { UserId: not 0 } && matches(account));

    private static UnprivilegedAccount? Parse(string line)
    {
        var fields = line.Split(':');
        return fields.Length > 3
            && int.TryParse(fields[2], CultureInfo.InvariantCulture, out var userId)
            && int.TryParse(fields[3], CultureInfo.InvariantCulture, out var groupId)
            ? new UnprivilegedAccount(fields[0], userId, groupId)
            : null;
    }
}
