using System.Text.RegularExpressions;
using NadooIt.Data.Webhooks;
using NadooIt.Tests.Support;
using NadooIt.Web.Api;
using NadooIt.Web.Hosting;
using NadooIt.Web.SignIn;

namespace NadooIt.Tests.Guards;

/// <summary>The list of settings is the whole truth: for the code, for the README, with the values that really count.</summary>
public sealed partial class SettingsAreListedTests
{
    [Fact]
    public void The_README_lists_every_setting_as_the_code_does()
    {
        var expected = Settings.All.Select(setting => $"| `{setting.Name}` | {setting.Usual} | {setting.Meaning} |").ToList();
        var listed = Repository.Read("README.md").Split('\n', StringSplitOptions.TrimEntries).Where(line => SettingRow().IsMatch(line)).ToList();

        listed.ShouldBe(expected, $"The table of the README should read:\n{string.Join('\n', expected)}\n");
    }

    [Fact]
    public void No_other_file_invents_a_setting()
    {
        var found = Repository.Files
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && (file.StartsWith("NadooIt.Web/", StringComparison.Ordinal) || file.StartsWith("NadooIt.Data/", StringComparison.Ordinal)))
            .Where(file => !file.EndsWith("/Settings.cs", StringComparison.Ordinal))
            .SelectMany(file => OwnSetting().Matches(Repository.Read(file)).Select(match => (File: file, Name: match.Groups[1].Value)))
            .Where(found => found != ("NadooIt.Data/Embedded/PostgresBinaries.cs", Settings.PostgresPrograms))
            .ToList();

        found.ShouldBeEmpty("take the name from Settings");
    }

    [Fact]
    public void Every_setting_of_a_section_is_listed_with_the_value_that_counts()
    {
        var sections = new[]
        {
            (PasskeySettings.Section, (object)new PasskeySettings()),
            (SignInSettings.Section, new SignInSettings()),
            (RateLimitSettings.Section, new RateLimitSettings()),
            (WebhookSettings.Section, new WebhookSettings()),
        };
        foreach (var (section, usual) in sections)
        {
            var properties = usual.GetType().GetProperties().Where(property => property.CanWrite).ToList();
            var listed = Settings.All.Where(setting => setting.Name.StartsWith(section + "__", StringComparison.Ordinal)).ToList();

            listed.Select(setting => setting.Name.Split("__")[1]).ShouldBe(properties.Select(property => property.Name), ignoreOrder: true);
            foreach (var property in properties.Where(property => property.GetValue(usual) is not (null or "" or string[])))
            {
                listed.Single(setting => setting.Name == $"{section}__{property.Name}").Usual.ShouldBe($"`{TextOf(property.GetValue(usual))}`");
            }
        }
    }

    [Fact]
    public void The_private_database_reads_the_listed_name() =>
        Repository.Read("NadooIt.Data/Embedded/PostgresBinaries.cs").ShouldContain($"\"{Settings.PostgresPrograms}\"");

    /// <summary>As one writes it in an environment variable.</summary>
    private static string? TextOf(object? value) => value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, System.Globalization.CultureInfo.CurrentCulture);

    [GeneratedRegex(@"^\| `(ConnectionStrings__|NADOOIT_|ASPNETCORE_|AllowedHosts|[A-Z]\w+__)")]
    private static partial Regex SettingRow();

    [GeneratedRegex("\"(NADOOIT_[A-Z][A-Z_]+)\"")]
    private static partial Regex OwnSetting();
}
