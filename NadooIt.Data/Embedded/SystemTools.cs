using System.Diagnostics;

namespace NadooIt.Data.Embedded;

/// <summary>Small programs of the operating system, looked up once.</summary>
internal static class SystemTools
{
    private static readonly Lazy<string?> CapableSetpriv = new(FindCapableSetpriv);
    private static readonly Lazy<string?> FoundSetsid = new(() => OperatingSystem.IsLinux() ? Find("setsid") : null);

    /// <summary>setpriv of util-linux, or null; the one of BusyBox knows neither accounts nor the parent death signal.</summary>
    public static string? Setpriv => CapableSetpriv.Value;

    /// <summary>setsid, or null.</summary>
    public static string? Setsid => FoundSetsid.Value;

    /// <summary>The folders of PATH, in order.</summary>
    public static IEnumerable<string> SearchPath =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(Path.IsPathFullyQualified);

    /// <summary>The file name of a program on this system.</summary>
    public static string Executable(string name) => OperatingSystem.IsWindows() ? name + ".exe" : name;

    /// <summary>The full path of a system program, or null.</summary>
    public static string? Find(string name)
    {
        string[] usual = OperatingSystem.IsWindows() ? [] : ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];
        return SearchPath.Concat(usual).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    private static string? FindCapableSetpriv()
    {
        if (!OperatingSystem.IsLinux() || Find("setpriv") is not { } path)
        {
            return null;
        }

        var info = new ProcessStartInfo(path, ["--pdeathsig", "keep", path, "--version"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(info);
        process?.WaitForExit();
        return process?.ExitCode == 0 ? path : null;
    }
}
