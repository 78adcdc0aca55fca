using FsCheck;
using FsCheck.Fluent;
using NadooIt.Domain.Executions;

namespace NadooIt.Tests.Executions;

/// <summary>A span of days falls into whole months and what lies before and after them.</summary>
public sealed class DaySpanTests
{
    private static readonly DateOnly Start = new(2023, 12, 20);

    private static Gen<DaySpan> Spans =>
        from start in Gen.Choose(0, 800)
        from length in Gen.Choose(0, 500)
        select new DaySpan(Start.AddDays(start), Start.AddDays(start + length));

    [Fact]
    public void Whole_months_and_edges_are_the_span_and_no_day_is_in_two_of_them() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Spans.ToArbitrary(), ShouldFallApart));

    private static void ShouldFallApart(DaySpan span)
    {
        var (months, edges) = span.ByMonths();

        var parts = months is { } whole ? edges.Append(whole).ToList() : edges;
        Days(span).ShouldBe(parts.SelectMany(Days).Order());
        if (months is { } month)
        {
            month.First!.Value.Day.ShouldBe(1);
            month.Last!.Value.AddDays(1).Day.ShouldBe(1);
            edges.ShouldAllBe(edge => Days(edge).Count() < 31);
        }
        else
        {
            Days(span).Count().ShouldBeLessThan(61);
        }
    }

    [Fact]
    public void The_last_month_of_all_has_no_month_after_it() =>
        new DaySpan(new(9999, 12, 15), null).ByMonths().Days.ShouldBe([new DaySpan(new(9999, 12, 15), null)]);

    [Fact]
    public void An_open_end_stays_open()
    {
        new DaySpan(null, null).ByMonths().Months.ShouldBe(new DaySpan(null, null));
        new DaySpan(null, null).ByMonths().Days.ShouldBeEmpty();

        var (months, edges) = new DaySpan(new(2026, 3, 31), null).ByMonths();
        months.ShouldBe(new DaySpan(new(2026, 4, 1), null));
        edges.ShouldBe([new DaySpan(new(2026, 3, 31), new(2026, 3, 31))]);

        (months, edges) = new DaySpan(null, new(2026, 3, 1)).ByMonths();
        months.ShouldBe(new DaySpan(null, new(2026, 2, 28)));
        edges.ShouldBe([new DaySpan(new(2026, 3, 1), new(2026, 3, 1))]);
    }

    private static IEnumerable<DateOnly> Days(DaySpan span) =>
        Enumerable.Range(0, span.Last!.Value.DayNumber - span.First!.Value.DayNumber + 1).Select(span.First.Value.AddDays);
}
