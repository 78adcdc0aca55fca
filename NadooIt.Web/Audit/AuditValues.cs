using System.Text.Json;

namespace NadooIt.Web.Audit;

/// <summary>The values before and after, side by side.</summary>
internal static class AuditValues
{
    public sealed record Change(string Name, string? Before, string? After);

    public static IEnumerable<Change> Of(string? before, string? after)
    {
        var (old, fresh) = (Read(before), Read(after));
        return from name in old.Keys.Union(fresh.Keys)
               let change = new Change(name, old.GetValueOrDefault(name), fresh.GetValueOrDefault(name))
               where change.Before is not null || change.After is not null
               select change;
    }

    private static Dictionary<string, string?> Read(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize<Dictionary<string, string?>>(json) ?? [];
}
