using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Resources;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Web;
using NadooIt.Web.Api;

namespace NadooIt.Tests.Guards;

/// <summary>Every refusal, ability and role has its words in both languages, and no words are left over.</summary>
public sealed class SentencesAndWordsTests
{
    public static TheoryData<string> Cultures() => new("", "en");

    [Theory]
    [MemberData(nameof(Cultures))]
    public void Every_refusal_has_a_sentence_and_every_sentence_a_refusal(string culture)
    {
        var sentences = Keys("NadooIt.Web.Shared.Refusals", culture);
        var codes = Refusals().Select(refusal => refusal.Code).ToList();

        codes.Count.ShouldBeGreaterThan(20);
        codes.Concat(CodesOfAnswers()).Except(sentences).ShouldBeEmpty("these refusals have no sentence");
        sentences.Except(codes).Except(CodesOfAnswers()).ShouldBeEmpty("these sentences have no refusal");
    }

    [Fact]
    public void A_code_belongs_to_one_refusal_only() =>
        Refusals().Select(refusal => refusal.Code).ShouldBeUnique();

    [Theory]
    [MemberData(nameof(Cultures))]
    public void Every_ability_and_role_has_its_words(string culture)
    {
        var expected = Enum.GetNames<Ability>().Select(name => $"Ability.{name}")
            .Concat(Roles.All.SelectMany(role => role.Abilities).Distinct().Select(ability => $"AbilityHelp.{ability}"))
            .Concat(Enum.GetNames<Role>().SelectMany(name => new[] { $"Role.{name}", $"RoleHelp.{name}" })).ToList();
        var written = Keys("NadooIt.Web.Hr.Abilities", culture);

        expected.Except(written).ShouldBeEmpty("these have no words");
        written.Except(expected).ShouldBeEmpty("these words belong to nothing");
    }

    private static List<Refusal> Refusals() =>
    [
        .. from assembly in new[] { typeof(Refusal).Assembly, typeof(Access).Assembly, typeof(App).Assembly }
           from type in assembly.GetTypes()
           from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
           where field.FieldType == typeof(Refusal)
           select (Refusal)field.GetValue(null)!,
    ];

    /// <summary>What the HTTP API says beside the refusals of the rules.</summary>
    private static IEnumerable<string> CodesOfAnswers() => typeof(ProblemCodes).GetFields(BindingFlags.Static | BindingFlags.Public)
        .Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

    private static List<string> Keys(string resource, string culture) =>
    [
        .. new ResourceManager(resource, typeof(App).Assembly)
            .GetResourceSet(CultureInfo.GetCultureInfo(culture), createIfNotExists: true, tryParents: false)!
            .Cast<DictionaryEntry>().Select(entry => (string)entry.Key),
    ];
}
