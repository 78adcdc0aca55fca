using System.Text.RegularExpressions;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Guards;

/// <summary>SECURITY.md promises tests by the name of their class: each of them exists.</summary>
public sealed partial class SecurityTableTests
{
    private static readonly HashSet<string> Classes = typeof(SecurityTableTests).Assembly.GetTypes()
        .Where(type => type.GetMethods().Any(method => method.GetCustomAttributes(typeof(FactAttribute), inherit: true).Length > 0))
        .Select(type => type.Name).ToHashSet(StringComparer.Ordinal);

    private static List<string[]> Rows => [.. Repository.Read("SECURITY.md").Split('\n')
        .Where(line => Row().IsMatch(line)).Select(line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries))];

    [Fact]
    public void Every_test_that_it_names_exists()
    {
        var named = TestName().Matches(Repository.Read("SECURITY.md")).Select(match => match.Groups[1].Value).Distinct().ToList();

        named.Count.ShouldBeGreaterThan(20);
        named.Where(name => !Classes.Contains(name)).ShouldBeEmpty("SECURITY.md names test classes that do not exist");
    }

    [Fact]
    public void Every_row_that_says_test_names_one_and_every_other_says_why()
    {
        Rows.Count.ShouldBeGreaterThan(120);
        foreach (var row in Rows)
        {
            row[2].ShouldBeOneOf("Test", "Met", "Partly", "Open", "None");
            (row[2] != "Test" || TestName().IsMatch(row[3])).ShouldBeTrue($"{row[0]} says Test and names none");
            (row[2] is not ("None" or "Partly") || row[3].Length > 0).ShouldBeTrue($"{row[0]} does not say why");
        }
    }

    [Fact]
    public void Every_chapter_of_the_standard_is_there() =>
        Rows.Select(row => int.Parse(row[0].Split('.')[0], System.Globalization.CultureInfo.InvariantCulture)).Distinct().Order().ShouldBe(Enumerable.Range(1, 17));

    [GeneratedRegex(@"^\| \d+\.\d+\.\d+")]
    private static partial Regex Row();

    [GeneratedRegex(@"`([A-Z][A-Za-z]+(?:Tests|Policy|Story))`")]
    private static partial Regex TestName();
}
