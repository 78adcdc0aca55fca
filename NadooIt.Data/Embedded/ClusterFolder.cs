using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace NadooIt.Data.Embedded;

/// <summary>Where the private cluster lives and whom it belongs to.</summary>
internal sealed class ClusterFolder
{
    private const string PointerName = "postgres-is-in.txt";
    private const string ElsewhereRoot = "/var/lib/nadooit";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // The address of a socket has room for 104 bytes on macOS and 108 on Linux, with the closing zero.
    private const int LongestSocketPath = 103;

    private ClusterFolder(string root, UnprivilegedAccount? account)
    {
        Root = root;
        Account = account;
    }

    public string Root { get; }

    public UnprivilegedAccount? Account { get; }

    public string Data => Path.Combine(Root, "data");

    public string Logs => Path.Combine(Root, "log");

    public string PasswordFile => Path.Combine(Root, "password");

    public string LockFile => Path.Combine(Root, "application.lock");

    public string OwnerFile => Path.Combine(Root, "application.pid");

    public string ServerFile => Path.Combine(Data, "postmaster.pid");

    public string Sockets { get; private set; } = "";

    /// <summary>The major version that made the cluster, or null when there is no cluster yet.</summary>
    public string? Version
    {
        get
        {
            var file = Path.Combine(Data, "PG_VERSION");
            return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
        }
    }

    /// <summary>Finds or creates the folder of the cluster and everything around it, owned by the right account.</summary>
    /// <exception cref="EmbeddedPostgresException">The folder belongs to somebody else or cannot be made.</exception>
    public static async Task<ClusterFolder> OpenAsync(string dataFolder, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            CreateFolder(dataFolder, Environment.IsPrivilegedProcess ? Passable : Private);
            var folder = await ChooseAsync(RealPath(dataFolder), logger, cancellationToken);
            await folder.FillAsync(cancellationToken);
            return folder;
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw new EmbeddedPostgresException(
                $"The account {Environment.UserName} cannot use the data folder {dataFolder}: {exception.Message} "
                + "Give the folder to this account, choose another one with NADOOIT_DATA, or start NADOO-IT as the account that made it.",
                exception);
        }
    }

    /// <summary>Makes new files belong to the account that the database runs as.</summary>
    public Task OwnAsync(CancellationToken cancellationToken, params string[] paths) =>
        Account is null ? Task.CompletedTask : Account.OwnAsync(cancellationToken, paths);

    /// <summary>Writes a file that only the account of the database (and root) can read.</summary>
    public async Task WritePrivateAsync(string path, string text, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var stream = new FileStream(path, options))
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
            stream.Flush(flushToDisk: true);
        }

        await OwnAsync(cancellationToken, path);
    }

    private static async Task<ClusterFolder> ChooseAsync(string dataFolder, ILogger logger, CancellationToken cancellationToken)
    {
        var inside = Path.Combine(dataFolder, "postgres");
        var pointer = Path.Combine(dataFolder, PointerName);
        var known = File.Exists(pointer) ? (await File.ReadAllTextAsync(pointer, cancellationToken)).Trim() : inside;
        if (Directory.Exists(known))
        {
            return await OpenKnownAsync(known, dataFolder, cancellationToken);
        }

        var account = UnprivilegedAccount.ForNewCluster();
        if (account is null || (known == inside && await account.CanReachAsync(dataFolder, cancellationToken)))
        {
            return new ClusterFolder(inside, account);
        }

        // Root's home is closed to every other account, so the cluster goes to the place that systems keep for such data.
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataFolder)))[..12];
        var elsewhere = Path.Combine(ElsewhereRoot, name);
        CreateFolder(ElsewhereRoot, Passable);
        if (Directory.Exists(elsewhere))
        {
            account = await UnprivilegedAccount.ForClusterAsync(elsewhere, cancellationToken) ?? account;
        }

        await File.WriteAllTextAsync(pointer, elsewhere + Environment.NewLine, cancellationToken);
        logger.Elsewhere(account.Name, dataFolder, elsewhere);
        return new ClusterFolder(elsewhere, account);
    }

    private static async Task<ClusterFolder> OpenKnownAsync(string root, string dataFolder, CancellationToken cancellationToken)
    {
        // A first start that was killed between creating the folder and giving it away leaves an empty folder of root.
        var account = Directory.EnumerateFileSystemEntries(root).Any()
            ? await UnprivilegedAccount.ForClusterAsync(root, cancellationToken)
            : UnprivilegedAccount.ForNewCluster();
        var folder = new ClusterFolder(root, account);
        if (account is not null)
        {
            await account.OwnAsync(cancellationToken, root);
            if (!await account.CanReachAsync(root, cancellationToken))
            {
                throw new EmbeddedPostgresException(
                    $"The account {account.Name}, which PostgreSQL must use because this process runs as root, cannot reach the database in {root}. "
                    + $"Let it pass through every folder above (chmod o+x), or move {dataFolder} to a place that it can reach and name that place with NADOOIT_DATA.");
            }
        }

        return folder;
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        CreateFolder(Root, Private);
        await OwnAsync(cancellationToken, Root);
        CreateFolder(Logs, Private);
        Sockets = ChooseSockets();
        CreateFolder(Sockets, Private);
        await OwnAsync(cancellationToken, Logs, Sockets);
        if (!OperatingSystem.IsWindows())
        {
            // Throws when the folder is somebody else's, who could have made it first in a shared place.
            File.SetUnixFileMode(Sockets, Private);
        }
    }

    private string ChooseSockets()
    {
        var inside = Path.Combine(Root, "run");
        var isShort = Encoding.UTF8.GetByteCount(Path.Combine(inside, ".s.PGSQL.5432")) <= LongestSocketPath;

        // In a connection string a comma separates hosts and a colon begins a port.
        if (OperatingSystem.IsWindows() || (isShort && !inside.AsSpan().ContainsAny(',', ':')))
        {
            return inside;
        }

        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Root)))[..16];
        return $"/tmp/nadooit-{name}";
    }

    private static void CreateFolder(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else if (!Directory.Exists(path))
        {
            if (Path.GetDirectoryName(path) is { } parent && !Directory.Exists(parent))
            {
                CreateFolder(parent, mode);
            }

            Directory.CreateDirectory(path, mode);

            // The process may run with a umask that took bits away.
            File.SetUnixFileMode(path, mode);
        }
    }

    /// <summary>The path without links, as the kernel names the folder a server works in.</summary>
    private static string RealPath(string path)
    {
        var full = Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar);
        if (Path.GetDirectoryName(full) is not { } parent)
        {
            return Path.GetFullPath(path);
        }

        var candidate = Path.Combine(RealPath(parent), Path.GetFileName(full));
        return Directory.ResolveLinkTarget(candidate, returnFinalTarget: true) is { } target ? RealPath(target.FullName) : candidate;
    }
}
