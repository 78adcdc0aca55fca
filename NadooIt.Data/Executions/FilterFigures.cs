using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>
/// What the kept figures tell of a filter: its sums, and on which days its executions lie. A list asks an index for those days
/// only, so what does not belong to it is never passed over. The figures know all of a filter but what is searched for.
/// </summary>
/// <param name="db">A context behind the door.</param>
/// <param name="filter">What is wanted.</param>
/// <param name="days">The days that the filter covers.</param>
internal sealed class FilterFigures(NadooItDb db, ExecutionFilter filter, DaySpan days)
{
    /// <summary>Of so many customers it is worth asking for their days alone.</summary>
    private const int FewCustomers = 50;

    private IReadOnlyList<FilledSpan>? months;

    /// <summary>The one customer that can have executions within the filter, where there is only one.</summary>
    public CustomerId? OnlyCustomer => filter.Customer ?? (db.Fence.Reach is { Everywhere: false, Customers: [var only] } ? only : null);

    /// <summary>The figures within the filter, of whole months by month.</summary>
    public IQueryable<FiguresRow> Rows()
    {
        var (whole, edges) = days.ByMonths();
        var rows = edges.Select(OfDays).ToList();
        if (whole is { } span)
        {
            rows.Add(OfMonths(span));
        }

        return rows.Aggregate((left, right) => left.Concat(right));
    }

    /// <summary>How many executions lie within the filter.</summary>
    public async Task<long> CountAsync(CancellationToken cancellationToken) => (await MonthsAsync(cancellationToken)).Sum(month => month.Count);

    /// <summary>Where a part of the executions lies, newest first.</summary>
    /// <param name="skip">How many come before it.</param>
    /// <param name="take">How many it has at most.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<PartOfDays> FindAsync(long skip, int take, CancellationToken cancellationToken)
    {
        var inMonths = PartOfDays.Within(await MonthsAsync(cancellationToken), skip, take);
        if (inMonths.Spans.Count == 0)
        {
            return inMonths;
        }

        var rows = await FilledAsync(inMonths, cancellationToken);
        var found = await rows.GroupBy(row => row.From).Select(day => new { day.Key, Count = day.Sum(row => row.Count) }).ToListAsync(cancellationToken);
        var filled = found.OrderByDescending(day => day.Key).Select(day => new FilledSpan(new(day.Key, day.Key), day.Count)).ToList();
        return PartOfDays.Within(filled, inMonths.Skip, take);
    }

    /// <summary>The customer programs that have executions on days of a part: stretches of their index that hold all of it.</summary>
    public async Task<IReadOnlyList<ProgramDay>> ProgramDaysAsync(PartOfDays part, CancellationToken cancellationToken)
    {
        var wanted = part.Spans.Select(span => span.Days.First!.Value).ToList();
        return await (await FilledAsync(part, cancellationToken)).Where(row => wanted.Contains(row.From))
            .Select(row => new ProgramDay(row.CustomerProgramId, row.From)).Distinct().ToListAsync(cancellationToken);
    }

    /// <summary>The customers that have executions within the filter; null where they are many.</summary>
    public Task<IReadOnlyList<CustomerId>?> CustomersAsync(CancellationToken cancellationToken) => CustomersAsync(Rows(), cancellationToken);

    private static async Task<IReadOnlyList<CustomerId>?> CustomersAsync(IQueryable<FiguresRow> rows, CancellationToken cancellationToken)
    {
        var customers = await rows.Where(row => row.Count > 0).Select(row => row.CustomerId).Distinct().Take(FewCustomers + 1).ToListAsync(cancellationToken);
        return customers.Count > FewCustomers ? null : customers;
    }

    /// <summary>The days of a part on which something ran. Where few customers have something on many of them, theirs are asked for alone.</summary>
    private async Task<IQueryable<FiguresRow>> FilledAsync(PartOfDays part, CancellationToken cancellationToken)
    {
        var rows = OfDays(part.Span).Where(row => row.Count > 0);
        if (part.Spans.Count == 1 || OnlyCustomer is not null || filter.CustomerProgram is not null)
        {
            return rows;
        }

        var (first, last) = (DaySpan.MonthOf(part.Span.First!.Value), part.Span.Last!.Value);
        var customers = await CustomersAsync(Rows().Where(row => row.From >= first && row.From <= last), cancellationToken);
        return customers is null ? rows : rows.Where(row => customers.Contains(row.CustomerId));
    }

    private async Task<IReadOnlyList<FilledSpan>> MonthsAsync(CancellationToken cancellationToken)
    {
        if (months is not null)
        {
            return months;
        }

        var found = await Rows().Where(row => row.Count > 0)
            .GroupBy(row => row.From).Select(span => new { span.Key, Count = span.Sum(row => row.Count) }).ToListAsync(cancellationToken);
        var whole = days.ByMonths().Months;
        return months =
        [
            .. found.OrderByDescending(span => span.Key)
                .Select(span => new FilledSpan(whole?.Includes(span.Key) == true ? DaySpan.OfMonth(span.Key) : new(span.Key, span.Key), span.Count)),
        ];
    }

    private IQueryable<FiguresRow> OfDays(DaySpan span)
    {
        var rows = Kept(db.ExecutionDays);
        rows = span.First is { } first ? rows.Where(day => day.Day >= first) : rows;
        rows = span.Last is { } last ? rows.Where(day => day.Day <= last) : rows;
        return rows.Select(row => new FiguresRow
        {
            CustomerId = row.CustomerId,
            CustomerProgramId = row.CustomerProgramId,
            From = row.Day,
            Status = row.Status,
            Count = row.Count,
            Saved = (long)(object)row.Saved,
            Prepaid = (long)(object)row.Prepaid,
            Billed = (long)(object)row.Billed,
            Price = row.PriceMillionths,
        });
    }

    private IQueryable<FiguresRow> OfMonths(DaySpan span)
    {
        var rows = Kept(db.ExecutionMonths);
        rows = span.First is { } first ? rows.Where(month => month.Month >= first) : rows;
        rows = span.Last is { } last ? rows.Where(month => month.Month <= last) : rows;
        return rows.Select(row => new FiguresRow
        {
            CustomerId = row.CustomerId,
            CustomerProgramId = row.CustomerProgramId,
            From = row.Month,
            Status = row.Status,
            Count = row.Count,
            Saved = (long)(object)row.Saved,
            Prepaid = (long)(object)row.Prepaid,
            Billed = (long)(object)row.Billed,
            Price = row.PriceMillionths,
        });
    }

    private IQueryable<TFigures> Kept<TFigures>(IQueryable<TFigures> rows)
        where TFigures : ExecutionFigures
    {
        if (OnlyCustomer is { } customer)
        {
            rows = rows.Where(row => row.CustomerId == customer);
        }

        if (filter.CustomerProgram is { } program)
        {
            rows = rows.Where(row => row.CustomerProgramId == program);
        }

        if (filter.Person is { } person)
        {
            rows = rows.Where(row => row.PersonId == person);
        }

        return filter.Status is { } status ? rows.Where(row => row.Status == status) : rows;
    }
}

/// <summary>Figures of one day or month, customer program, status and person.</summary>
internal sealed class FiguresRow
{
    public required CustomerId CustomerId { get; init; }

    public required CustomerProgramId CustomerProgramId { get; init; }

    /// <summary>The day, or the first one of the month.</summary>
    public required DateOnly From { get; init; }

    public required ExecutionStatus Status { get; init; }

    public required long Count { get; init; }

    public required long Saved { get; init; }

    public required long Prepaid { get; init; }

    public required long Billed { get; init; }

    public required long Price { get; init; }
}

/// <summary>A customer program on one business day.</summary>
internal sealed record ProgramDay(CustomerProgramId Program, DateOnly Day);

/// <summary>A day or month and how many executions of a filter lie on it, at least one.</summary>
internal sealed record FilledSpan(DaySpan Days, long Count);

/// <summary>The days or months that hold a part of a list.</summary>
/// <param name="Spans">Newest first; none where the list is over.</param>
/// <param name="Skip">How many executions of the newest of them come before the part.</param>
internal sealed record PartOfDays(IReadOnlyList<FilledSpan> Spans, int Skip)
{
    /// <summary>From the first to the last day.</summary>
    public DaySpan Span => new(Spans[^1].Days.First, Spans[0].Days.Last);

    /// <summary>How many days that is.</summary>
    public int Days => Span.Last!.Value.DayNumber - Span.First!.Value.DayNumber + 1;

    /// <summary>The spans among all that hold so many executions after so many others.</summary>
    public static PartOfDays Within(IEnumerable<FilledSpan> newestFirst, long skip, int take)
    {
        var spans = new List<FilledSpan>();
        foreach (var span in newestFirst)
        {
            if (spans.Count == 0 && span.Count <= skip)
            {
                skip -= span.Count;
                continue;
            }

            if (spans.Sum(found => found.Count) >= skip + take)
            {
                break;
            }

            spans.Add(span);
        }

        return new(spans, spans.Count == 0 ? 0 : (int)skip);
    }
}
