using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>Where a customer program stands on its ladder, with the figures that this row carries (see <see cref="FiguresSchema"/>).</summary>
/// <param name="Saved">Seconds that its paid and unpaid executions have saved.</param>
/// <param name="Revision">Grows with everything that is done to the row; whoever knows it knows the whole row.</param>
/// <param name="Recent">What was recorded last, of one day, status and person; null for nothing.</param>
internal sealed record LadderPosition(Seconds Saved, long Revision, BookRows.Figures? Recent);

/// <summary>The figures that a page adds: the ladder positions carry most of them, and what they carried before goes to the rows of days and months.</summary>
internal sealed class PageFigures
{
    private readonly List<BookRows.Figures> putDown = [];

    /// <summary>What the rows of days are given, in the one order of all writers, so that two of them cannot wait for each other.</summary>
    public BookRows.Figures[] Days => Together(putDown);

    /// <summary>What the rows of months are given, in the same order.</summary>
    public BookRows.Figures[] Months => Together(putDown.Select(day => day with { StartsOn = DaySpan.MonthOf(day.StartsOn) }));

    /// <summary>Where a customer program stands after an execution. What it carried is put down where that is of another day, status or person.</summary>
    /// <param name="before">Where it stood.</param>
    /// <param name="saved">Seconds saved by then.</param>
    /// <param name="execution">The execution.</param>
    public LadderPosition After(LadderPosition before, Seconds saved, Execution execution)
    {
        var own = BookRows.Figures.Of(execution);
        if (before.Recent?.IsOfRowOf(own) == true)
        {
            own = before.Recent.Plus(own);
        }
        else if (before.Recent is { } other)
        {
            putDown.Add(other);
        }

        return new(saved, before.Revision + 1, own);
    }

    private static BookRows.Figures[] Together(IEnumerable<BookRows.Figures> figures) =>
    [
        .. figures.GroupBy(row => (row.CustomerProgramId, row.StartsOn, row.Status, row.PersonId))
            .OrderBy(row => row.Key.CustomerProgramId).ThenBy(row => row.Key.StartsOn).ThenBy(row => row.Key.Status).ThenBy(row => row.Key.PersonId)
            .Select(row => row.Aggregate((left, right) => left.Plus(right))),
    ];
}
