namespace NadooIt.Data.Embedded;

/// <summary>Bounds what the server's log takes: files of at most 10 MB, the newest ten are kept.</summary>
internal static class LogFiles
{
    private const int Kept = 10;
    private const int TailLines = 5;

    /// <summary>Deletes all but the newest files; their names sort by time.</summary>
    public static void Prune(string folder)
    {
        foreach (var old in Directory.GetFiles(folder, "postgresql-*.log").OrderDescending(StringComparer.Ordinal).Skip(Kept))
        {
            File.Delete(old);
        }
    }

    /// <summary>The last lines of the newest file, to explain why the server ended.</summary>
    public static string Tail(string folder)
    {
        var newest = Directory.GetFiles(folder, "postgresql-*.log").Max(StringComparer.Ordinal);
        return newest is null ? "" : string.Join(" | ", File.ReadLines(newest).TakeLast(TailLines));
    }
}
