namespace NadooIt.Web.Hosting;

/// <summary>Where this installation keeps its private database and its logs.</summary>
internal static class DataFolder
{
    /// <summary>The folder that was named, else the user's own place for application data.</summary>
    public static string Of(IConfiguration configuration)
    {
        if (configuration[Settings.DataFolder] is { Length: > 0 } named)
        {
            return Path.GetFullPath(named);
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return home.Length > 0 ? Path.Combine(home, "nadooit") : "/var/lib/nadooit";
    }
}
