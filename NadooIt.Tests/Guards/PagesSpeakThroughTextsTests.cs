using System.Reflection.Emit;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components.Rendering;
using NadooIt.Tests.Support;
using NadooIt.Web;

namespace NadooIt.Tests.Guards;

/// <summary>
/// No page holds words of its own: what the compiler made of the .razor files is read for literal text. And no page
/// holds styles or scripts of its own, which the Content-Security-Policy would refuse.
/// </summary>
public sealed partial class PagesSpeakThroughTextsTests
{
    /// <summary>Names, and signs that are the same in every language.</summary>
    private static readonly string[] Exceptions = ["NADOO-IT", "Ctrl K", "https://"];

    private static readonly string[] SpeakingAttributes =
        ["title", "alt", "placeholder", "label", "aria-label", "aria-description", "aria-roledescription", "Title", "Text", "Lead", "Label", "Placeholder"];

    [Fact]
    public void No_text_of_a_page_is_written_into_it()
    {
        var literals = Literals().ToList();

        literals.Count.ShouldBeGreaterThan(100, "otherwise the compiler's output is read wrongly");
        var words = literals.Select(literal => (literal.Page, Text: Visible(literal.Text))).Where(literal => Letters().IsMatch(literal.Text))
            .Select(literal => $"{literal.Page}: {literal.Text.Trim()}").Distinct();
        words.ShouldBeEmpty("these belong into the Texts.resx of their folder");
    }

    [Fact]
    public void No_page_has_a_style_attribute_or_a_script_of_its_own()
    {
        var pages = Repository.Files.Where(file => file.EndsWith(".razor", StringComparison.Ordinal)).ToList();

        pages.Count.ShouldBeGreaterThan(10);
        pages.Where(page => StyleAttribute().IsMatch(Repository.Read(page))).ShouldBeEmpty();
        pages.Where(page => InlineScript().IsMatch(Repository.Read(page))).ShouldBeEmpty();
        pages.Where(page => HandlerAttribute().IsMatch(Repository.Read(page))).ShouldBeEmpty("handlers such as onclick=\"...\" are scripts too");
    }

    private static IEnumerable<(string Page, string Text)> Literals()
    {
        foreach (var (type, method) in Instructions.MethodsOf(typeof(App).Assembly))
        {
            var page = type.FullName ?? type.Name;
            var code = Instructions.Of(method).ToList();
            for (var i = 0; i < code.Count; i++)
            {
                if (code[i].Called is not { } called || called.DeclaringType != typeof(RenderTreeBuilder))
                {
                    continue;
                }

                var last = i > 0 ? code[i - 1].Literal : null;
                if (called.Name is nameof(RenderTreeBuilder.AddContent) or nameof(RenderTreeBuilder.AddMarkupContent) && last is not null)
                {
                    yield return (page, last);
                }
                else if (called.Name is nameof(RenderTreeBuilder.AddAttribute) or nameof(RenderTreeBuilder.AddComponentParameter))
                {
                    // The name, the value, and perhaps a call that only checks the value's type.
                    var value = last is null && i > 1 && code[i - 1].OpCode == OpCodes.Call ? i - 2 : i - 1;
                    if (value > 0 && code[value].Literal is { } text && code[value - 1].Literal is { } name && SpeakingAttributes.Contains(name))
                    {
                        yield return (page, text);
                    }
                }
            }
        }
    }

    /// <summary>What a person would read or hear of a piece of markup.</summary>
    private static string Visible(string markup)
    {
        var spoken = SpokenAttribute().Matches(markup).Select(match => match.Groups[1].Value);
        var text = string.Join(' ', [Tag().Replace(markup, " "), .. spoken]);
        text = Entity().Replace(text, " ");
        return Exceptions.Aggregate(text, (rest, exception) => rest.Replace(exception, "", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\p{L}{2,}")]
    private static partial Regex Letters();

    [GeneratedRegex("<!?[^<>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("&[#a-z0-9]+;", RegexOptions.IgnoreCase)]
    private static partial Regex Entity();

    [GeneratedRegex("(?:title|alt|placeholder|label|aria-label|aria-description)=\"([^\"]*)\"")]
    private static partial Regex SpokenAttribute();

    [GeneratedRegex(@"\sstyle\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex StyleAttribute();

    [GeneratedRegex(@"<script\b(?![^>]*\ssrc=)", RegexOptions.IgnoreCase)]
    private static partial Regex InlineScript();

    [GeneratedRegex("""\son[a-z]+\s*=\s*["']""")]
    private static partial Regex HandlerAttribute();
}
