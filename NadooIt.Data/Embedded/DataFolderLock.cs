using System.Globalization;

namespace NadooIt.Data.Embedded;

/// <summary>Makes one application at a time the owner of a cluster; the kernel lets go when the application is killed.</summary>
internal sealed class DataFolderLock : IDisposable
{
    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock or refuses with the process that has it.</summary>
    /// <exception cref="EmbeddedPostgresException">Another application uses the data folder.</exception>
    public static async Task<DataFolderLock> TakeAsync(ClusterFolder folder, CancellationToken cancellationToken)
    {
        FileStream file;
        try
        {
            file = new FileStream(folder.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new EmbeddedPostgresException(
                $"Another NADOO-IT is using this data folder ({folder.Root}), process {ReadOwner(folder)}. "
                + "Stop it first, or choose another folder with NADOOIT_DATA.",
                exception);
        }

        try
        {
            await folder.OwnAsync(cancellationToken, folder.LockFile);
            await folder.WritePrivateAsync(folder.OwnerFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture), cancellationToken);
            return new DataFolderLock(file);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private static string ReadOwner(ClusterFolder folder)
    {
        try
        {
            return File.ReadAllText(folder.OwnerFile).Trim();
        }
        catch (IOException)
        {
            return "unknown";
        }
    }
}
