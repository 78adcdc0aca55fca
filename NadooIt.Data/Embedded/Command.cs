using System.ComponentModel;
using System.Diagnostics;

namespace NadooIt.Data.Embedded;

/// <summary>The end of a short program: exit code and everything it wrote.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    public bool Succeeded => ExitCode == 0;

    public void ThrowIfFailed(string message)
    {
        if (!Succeeded)
        {
            throw new EmbeddedPostgresException($"{message} {Errors.Trim()} {Output.Trim()}".Trim());
        }
    }
}

/// <summary>Prepares and runs programs, as the unprivileged account where there is one.</summary>
internal static class Command
{
    private static readonly string[] PassedOn = ["PATH", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];

    /// <summary>Runs a program to its end.</summary>
    public static async Task<CommandResult> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken,
        UnprivilegedAccount? account = null,
        string? input = null)
    {
        var path = Path.IsPathRooted(program) ? program : SystemTools.Find(program) ?? program;
        return await RunAsync(Prepare(path, arguments, account), cancellationToken, input);
    }

    /// <summary>Runs a prepared program to its end; a cancelled wait ends the program.</summary>
    public static async Task<CommandResult> RunAsync(ProcessStartInfo info, CancellationToken cancellationToken, string? input = null)
    {
        try
        {
            using var process = await ProcessStarter.StartAsync(info);
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
                var errors = process.StandardError.ReadToEndAsync(cancellationToken);
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
                process.StandardInput.Close();
                await process.WaitForExitAsync(cancellationToken);
                return new CommandResult(process.ExitCode, await output, await errors);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
        catch (Exception exception) when (exception is Win32Exception or IOException)
        {
            return new CommandResult(-1, "", exception.Message);
        }
    }

    /// <summary>A program that ends with the application, sees no secrets of its environment and no Ctrl+C of its terminal.</summary>
    public static ProcessStartInfo Prepare(string path, IReadOnlyList<string> arguments, UnprivilegedAccount? account)
    {
        List<string> line = [path, .. arguments];
        if (SystemTools.Setpriv is { } setpriv)
        {
            // SIGINT asks postgres for a fast shutdown: sessions end, everything committed is written.
            List<string> drop = account is null ? [] : [$"--reuid={account.UserId}", $"--regid={account.GroupId}", "--clear-groups"];
            line = [setpriv, .. drop, "--pdeathsig", "INT", .. line];
        }

        if (SystemTools.Setsid is { } setsid)
        {
            line.Insert(0, setsid);
        }

        var info = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
            WorkingDirectory = OperatingSystem.IsWindows() ? "" : "/",
        };
        if (account is not null && SystemTools.Setpriv is null && !OperatingSystem.IsWindows())
        {
            info.UserName = account.Name;
        }

        CleanEnvironment(info);
        return info;
    }

    private static void CleanEnvironment(ProcessStartInfo info)
    {
        var kept = info.Environment
            .Where(variable => OperatingSystem.IsWindows()
                ? !variable.Key.StartsWith("PG", StringComparison.OrdinalIgnoreCase)
                : PassedOn.Contains(variable.Key))
            .ToList();
        info.Environment.Clear();
        foreach (var (name, value) in kept)
        {
            info.Environment[name] = value;
        }

        info.Environment["LC_ALL"] = "C";
    }
}
