using System.Collections;
using System.Globalization;
using System.Resources;
using NadooIt.Web;

namespace NadooIt.Tests.Guards;

/// <summary>Whatever is said in German is said in English too, with the same placeholders.</summary>
public sealed class TextsAreCompleteTests
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    public static TheoryData<string> ResourceNames() => new(
        typeof(App).Assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".resources", StringComparison.Ordinal))
            .Select(name => name[..^".resources".Length]));

    [Theory]
    [MemberData(nameof(ResourceNames))]
    public void German_and_English_have_the_same_keys_and_placeholders(string resourceName)
    {
        var texts = new ResourceManager(resourceName, typeof(App).Assembly);
        var german = Read(texts, CultureInfo.InvariantCulture);
        var english = Read(texts, English);

        german.ShouldNotBeEmpty();
        english.Keys.ShouldBe(german.Keys, ignoreOrder: true);
        foreach (var (key, text) in german)
        {
            text.ShouldNotBeNullOrWhiteSpace(key);
            english[key].ShouldNotBeNullOrWhiteSpace(key);
            Placeholders(english[key]).ShouldBe(Placeholders(text), ignoreOrder: true, key);
        }
    }

    private static Dictionary<string, string> Read(ResourceManager texts, CultureInfo culture) =>
        texts.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!
            .Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);

    private static HashSet<char> Placeholders(string text) =>
        text.Zip(text.Skip(1)).Where(pair => pair.First == '{').Select(pair => pair.Second).ToHashSet();
}
