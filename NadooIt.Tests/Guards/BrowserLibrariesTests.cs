using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Guards;

/// <summary>What runs in browsers comes from this site, in versions that somebody chose.</summary>
public sealed partial class BrowserLibrariesTests
{
    [Fact]
    public void Every_library_from_npm_is_pinned_and_locked()
    {
        foreach (var file in Repository.Files.Where(file => Path.GetFileName(file) == "package.json"))
        {
            Loose(Repository.Read(file)).ShouldBeEmpty(file);
            Repository.Files.ShouldContain(Path.Combine(Path.GetDirectoryName(file)!, "package-lock.json").Replace('\\', '/'), $"{file} has no lock file beside it");
        }
    }

    [Theory]
    [InlineData("1.5.17", true)]
    [InlineData("^1.5.17", false)]
    [InlineData("~1.5", false)]
    [InlineData("latest", false)]
    [InlineData("https://elsewhere.example/library.tgz", false)]
    public void Only_an_exact_version_is_pinned(string version, bool isPinned) =>
        (Loose($$"""{ "dependencies": { "library": "{{version}}" } }""").Count == 0).ShouldBe(isPinned);

    [Fact]
    public void No_page_loads_anything_from_elsewhere()
    {
        var files = Repository.Files.Where(file => Path.GetExtension(file) is ".razor" or ".css" or ".js").ToList();
        files.Count.ShouldBeGreaterThan(50);
        files.Where(file => Elsewhere().IsMatch(Repository.Read(file))).ShouldBeEmpty();
    }

    private static List<string> Loose(string package) =>
    [
        .. from part in new[] { "dependencies", "devDependencies", "optionalDependencies" }
           from library in JsonNode.Parse(package)![part]?.AsObject() ?? []
           where !Exact().IsMatch(library.Value!.GetValue<string>())
           select $"{library.Key} {library.Value}",
    ];

    [GeneratedRegex(@"^\d+\.\d+\.\d+(-[\w.]+)?$")]
    private static partial Regex Exact();

    [GeneratedRegex(@"(\bsrc=""|<link[^>]*href=""|url\([""']?|\bfrom ""|import\([""'])(https?:)?//", RegexOptions.IgnoreCase)]
    private static partial Regex Elsewhere();
}
