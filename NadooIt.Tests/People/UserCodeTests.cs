using NadooIt.Domain.People;

namespace NadooIt.Tests.People;

public sealed class UserCodeTests
{
    [Fact]
    public void Codes_are_sixteen_signs_that_nobody_confuses_and_never_the_same()
    {
        var codes = Enumerable.Range(0, 1_000).Select(_ => UserCode.Create()).ToList();

        codes.Select(code => code.Value).ShouldBeUnique();
        codes.ShouldAllBe(code => code.Value.Length == 16 && code.Value.All("0123456789ABCDEFGHJKMNPQRSTVWXYZ".Contains));
        codes.ShouldAllBe(code => code.Display.Length == 19 && code.Display[4] == '-');
    }

    [Theory]
    [InlineData("7KQ2-M9XD-4T0V-H3RB", "7KQ2M9XD4T0VH3RB")]
    [InlineData(" 7kq2 m9xd 4tov h3rb ", "7KQ2M9XD4T0VH3RB")]
    [InlineData("iLoO-0000-0000-0000", "1100000000000000")]
    [InlineData("Ab12Cd", "Ab12Cd")]
    [InlineData("ab12cd", "ab12cd")]
    public void It_is_read_as_people_type_it(string typed, string expected)
    {
        UserCode.TryParse(typed, out var code).ShouldBeTrue();
        code.Value.ShouldBe(expected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Ab12C")]
    [InlineData("Ab12CdE")]
    [InlineData("Ab12$%")]
    [InlineData("äöüßéñ")]
    [InlineData("      ")]
    [InlineData("7KQ2-M9XD-4T0V-H3RU")]
    [InlineData("7KQ2-M9XD-4T0V-H3R")]
    public void Anything_else_is_no_code(string? typed) => UserCode.TryParse(typed, out _).ShouldBeFalse();
}
