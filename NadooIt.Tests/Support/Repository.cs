namespace NadooIt.Tests.Support;

/// <summary>The files of the project as they are checked in, for tests that hold them against the code.</summary>
public static class Repository
{
    /// <summary>The folder with NadooIt.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every file that belongs to the project, with / between folders; nothing that is ignored.</summary>
    public static IReadOnlyList<string> Files { get; } = ListFiles();

    /// <summary>The text of a file of the project.</summary>
    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "NadooIt.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside of the project's folder.");
    }

    private static IReadOnlyList<string> ListFiles()
    {
        string[] ignored = ["bin", "obj", "node_modules", "artifacts", "TestResults", "data", "secrets", ".git", ".vs", ".idea", ".vscode"];
        return
        [
            .. Directory.EnumerateFiles(Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
                .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
                .Where(file => !file.Split('/').Intersect(ignored, StringComparer.Ordinal).Any())
                .Order(StringComparer.Ordinal),
        ];
    }
}
