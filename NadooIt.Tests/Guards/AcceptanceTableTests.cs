using System.Reflection;
using System.Text.RegularExpressions;
using NadooIt.Tests.Support;

namespace NadooIt.Tests.Guards;

/// <summary>docs/acceptance.md names a test for each acceptance case: the cases are complete, and the tests exist.</summary>
public sealed partial class AcceptanceTableTests
{
    private static readonly string[] Cases =
        ["H28", "H47", .. Enumerable.Range(1, 38).Select(number => $"R{number}"), .. Enumerable.Range(6, 10).Select(number => $"S{number}")];

    private static readonly HashSet<string> Tests = typeof(AcceptanceTableTests).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public).Where(method => method.GetCustomAttributes<FactAttribute>(inherit: true).Any()).Select(method => $"{type.Name}.{method.Name}"))
        .ToHashSet(StringComparer.Ordinal);

    private static List<string[]> Rows => [.. Repository.Read("docs/acceptance.md").Split('\n')
        .Where(line => Row().IsMatch(line)).Select(line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries))];

    [Fact]
    public void Every_case_stands_there_once() => Rows.Select(row => row[0]).ShouldBe(Cases, ignoreOrder: true);

    [Fact]
    public void Every_case_names_a_test_that_exists_or_says_what_is_missing()
    {
        foreach (var row in Rows)
        {
            var named = TestName().Matches(row[2]).Select(match => match.Groups[1].Value).ToList();
            (named.Count > 0 || row[2].StartsWith("Open: ", StringComparison.Ordinal)).ShouldBeTrue($"{row[0]} names no test and does not say why");
            named.Where(name => !Tests.Contains(name)).ShouldBeEmpty($"{row[0]} names a test that does not exist");
        }
    }

    [GeneratedRegex(@"^\| [HRS]\d+ \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"`([A-Za-z]+\.[A-Za-z_0-9]+)`")]
    private static partial Regex TestName();
}
