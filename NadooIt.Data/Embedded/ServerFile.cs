using System.Globalization;

namespace NadooIt.Data.Embedded;

/// <summary>What a running server tells about itself in postmaster.pid.</summary>
internal sealed record ServerFile(int Process, string DataFolder, bool IsReady)
{
    private const int StatusLine = 7;

    /// <summary>Reads the file, or null when there is none or it is half written.</summary>
    public static ServerFile? Read(ClusterFolder folder)
    {
        try
        {
            // Windows refuses to read a file that the server has open unless writing is shared.
            using var stream = new FileStream(folder.ServerFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream);
            var lines = reader.ReadToEnd().Split('\n');
            return lines.Length > 1 && int.TryParse(lines[0], CultureInfo.InvariantCulture, out var process)
                ? new ServerFile(process, lines[1].Trim(), lines.ElementAtOrDefault(StatusLine)?.Trim() == "ready")
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
