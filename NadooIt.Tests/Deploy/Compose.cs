using NadooIt.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace NadooIt.Tests.Deploy;

/// <summary>A compose file as Docker would read it, anchors resolved.</summary>
internal sealed class Compose
{
    private readonly YamlMappingNode root;

    private Compose(YamlMappingNode root) => this.root = root;

    public static Compose Read(string file)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Repository.Read(file)));
        return new((YamlMappingNode)yaml.Documents.ShouldHaveSingleItem().RootNode);
    }

    public IReadOnlyList<ComposeService> Services => [.. Map("services").Select(pair => new ComposeService(pair.Key, (YamlMappingNode)pair.Value))];

    public ComposeService Service(string name) => Services.Single(service => service.Name == name);

    /// <summary>The entries of a section at the top.</summary>
    public IReadOnlyDictionary<string, YamlNode> Map(string section) => Nodes.Map(root, section);
}

internal sealed record ComposeService(string Name, YamlMappingNode Node)
{
    public string? Text(string key) => (Nodes.Find(Node, key) as YamlScalarNode)?.Value;

    public IReadOnlyList<string> List(string key) => Nodes.List(Node, key);

    public IReadOnlyDictionary<string, YamlNode> Map(string key) => Nodes.Map(Node, key);

    public IReadOnlyDictionary<string, string> Environment =>
        Map("environment").ToDictionary(pair => pair.Key, pair => ((YamlScalarNode)pair.Value).Value ?? "");

    /// <summary>The names of the files under /run/secrets.</summary>
    public IReadOnlyList<string> SecretFiles => Nodes.Find(Node, "secrets") is not YamlSequenceNode secrets ? [] :
    [
        .. secrets.Select(secret => secret is YamlMappingNode named
            ? ((YamlScalarNode)Nodes.Find(named, "target")!).Value!
            : ((YamlScalarNode)secret).Value!),
    ];
}

internal static class Nodes
{
    public static YamlNode? Find(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var found) ? found : null;

    public static IReadOnlyDictionary<string, YamlNode> Map(YamlMappingNode node, string key) =>
        Find(node, key) is YamlMappingNode map ? map.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => pair.Value) : [];

    public static IReadOnlyList<string> List(YamlMappingNode node, string key) =>
        Find(node, key) is YamlSequenceNode list ? [.. list.Select(item => (item as YamlScalarNode)?.Value ?? "")] : [];
}
