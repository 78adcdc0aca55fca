using System.Text.Json;

namespace NadooIt.Bench;

/// <summary>A customer program to run, with the key that may run it.</summary>
internal sealed record Target(string Key, string Program)
{
    /// <summary>Reads what <c>sample --out</c> wrote; one hot account means one customer program alone.</summary>
    public static List<Target> Read(string file, bool isHot)
    {
        using var sample = JsonDocument.Parse(File.ReadAllText(file));
        var all = (from key in sample.RootElement.GetProperty("apiKeys").EnumerateArray()
                   from program in key.GetProperty("customerPrograms").EnumerateArray()
                   select new Target(key.GetProperty("key").GetString()!, program.GetProperty("id").GetString()!)).ToList();
        return isHot ? all[..1] : all;
    }

    /// <summary>An execution of it, as JSON.</summary>
    public string Execution(string reference, long saved) =>
        $"{{\"customerProgramId\":\"{Program}\",\"reference\":\"{reference}\",\"timeSavedSeconds\":{saved}}}";

    /// <summary>A new execution of it, as JSON.</summary>
    public string Execution(Random random) => Execution($"{random.NextInt64():x16}{random.NextInt64():x16}", random.Next(1, 120));
}
