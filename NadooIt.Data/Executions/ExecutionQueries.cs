using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>The one meaning of an execution filter, shared by the list, the sums and the export.</summary>
/// <param name="db">A context behind the door.</param>
/// <param name="filter">What is wanted.</param>
/// <param name="today">The business day from which named periods are seen.</param>
internal sealed class ExecutionQueries(NadooItDb db, ExecutionFilter filter, DateOnly today)
{
    /// <summary>Up to so many customers each give their own newest rows; beyond, the index over all customers is walked, where so many are met soon.</summary>
    private const int MostCustomersOneByOne = 50;

    private readonly DaySpan days = filter.Days(today);

    /// <summary>The kept figures within the filter, of whole months by month; only for filters that they answer.</summary>
    public IQueryable<FiguresRow> Figures()
    {
        var (months, edges) = days.ByMonths();
        var rows = edges.Select(OfDays).ToList();
        if (months is { } whole)
        {
            rows.Add(OfMonths(whole));
        }

        return rows.Aggregate((left, right) => left.Concat(right));
    }

    private IQueryable<FiguresRow> OfDays(DaySpan span)
    {
        var rows = Kept(db.ExecutionDays);
        rows = span.First is { } first ? rows.Where(day => day.Day >= first) : rows;
        return Rows(span.Last is { } last ? rows.Where(day => day.Day <= last) : rows);
    }

    private IQueryable<FiguresRow> OfMonths(DaySpan span)
    {
        var rows = Kept(db.ExecutionMonths);
        rows = span.First is { } first ? rows.Where(month => month.Month >= first) : rows;
        return Rows(span.Last is { } last ? rows.Where(month => month.Month <= last) : rows);
    }

    private IQueryable<TFigures> Kept<TFigures>(IQueryable<TFigures> rows)
        where TFigures : ExecutionFigures
    {
        if (OnlyCustomer() is { } customer)
        {
            rows = rows.Where(row => row.CustomerId == customer);
        }

        if (filter.CustomerProgram is { } program)
        {
            rows = rows.Where(row => row.CustomerProgramId == program);
        }

        return filter.Status is { } status ? rows.Where(row => row.Status == status) : rows;
    }

    private static IQueryable<FiguresRow> Rows<TFigures>(IQueryable<TFigures> rows)
        where TFigures : ExecutionFigures => rows.Select(row => new FiguresRow
        {
            CustomerId = row.CustomerId,
            Status = row.Status,
            Count = row.Count,
            Saved = (long)(object)row.Saved,
            Prepaid = (long)(object)row.Prepaid,
            Billed = (long)(object)row.Billed,
            Price = row.PriceMillionths,
        });

    /// <summary>The executions within the filter, in no order; of "last 20" those 20.</summary>
    public async Task<IQueryable<Execution>> MatchingAsync(CancellationToken cancellationToken) =>
        filter.IsLastOnly ? await NewestAsync(0, ExecutionFilter.LastCount, cancellationToken) : await FilteredAsync(cancellationToken);

    /// <summary>A part of the executions within the filter, newest first.</summary>
    public async Task<IOrderedQueryable<Execution>> NewestAsync(int skip, int take, CancellationToken cancellationToken)
    {
        var customers = await CustomersAsync(cancellationToken);
        var found = customers is { Count: 0 }
            ? db.Executions.Where(_ => false)
            : customers is { Count: > 1 and <= MostCustomersOneByOne }
                ? OneByOne(customers, skip + take)
                : Narrowed(db.Executions, customers);
        var isWalkedInOrder = customers is null or { Count: 1 }
            && filter is { CustomerProgram: null, Status: null, Person: null } && string.IsNullOrWhiteSpace(filter.Search);
        // An index delivers them without passing over others, whatever the values: one plan is right for all.
        var isPlannedOnce = isWalkedInOrder && skip == 0 && take == PageRequest.UsualSize;
        return Newest(isPlannedOnce ? Newest(found).TakeUsualPage() : Newest(found).Skip(skip).Take(take));
    }

    /// <summary>
    /// How many executions lie within the filter; read from the kept figures where they answer, otherwise counted up
    /// to <see cref="SumExecutions.MostWalked"/>.
    /// </summary>
    public async Task<long> CountAsync(CancellationToken cancellationToken) => filter.IsAnsweredByDays
        ? await Figures().SumAsync(row => row.Count, cancellationToken)
        : await (await MatchingAsync(cancellationToken)).Take(SumExecutions.MostWalked).LongCountAsync(cancellationToken);

    /// <summary>Newest first; what occurred at the same instant by id.</summary>
    public static IOrderedQueryable<Execution> Newest(IQueryable<Execution> rows) =>
        rows.OrderByDescending(row => row.OccurredAt).ThenByDescending(row => row.Id);

    private async Task<IQueryable<Execution>> FilteredAsync(CancellationToken cancellationToken) =>
        Narrowed(db.Executions, await CustomersAsync(cancellationToken));

    /// <summary>
    /// Each customer's newest rows by its own index: an index cannot deliver several customers in one order, and
    /// walking everybody's rows for a few of them takes long where these are old. Each is a part of the statement of its own,
    /// since a join to the customers is translated into numbering all of their rows, which takes a second for 150,000.
    /// </summary>
    private IQueryable<Execution> OneByOne(IReadOnlyList<CustomerId> customers, int take) => customers
        .Select(customer => Newest(Narrowed(db.Executions, [customer])).Take(take)).Aggregate<IQueryable<Execution>>((left, right) => left.Concat(right));

    private IQueryable<Execution> Narrowed(IQueryable<Execution> rows, IReadOnlyList<CustomerId>? customers)
    {
        if (customers is [var only])
        {
            rows = rows.Where(row => row.CustomerId == only);
        }
        else if (customers is not null)
        {
            rows = rows.Where(row => customers.Contains(row.CustomerId));
        }

        if (filter.CustomerProgram is { } program)
        {
            rows = rows.Where(row => row.CustomerProgramId == program);
        }

        if (filter.Status is { } status)
        {
            rows = rows.Where(row => row.Status == status);
        }

        if (filter.Person is { } person)
        {
            rows = rows.Where(row => row.PersonId == person);
        }

        var (from, to) = days.Instants;
        if (from is not null)
        {
            rows = rows.Where(row => row.OccurredAt >= from);
        }

        if (to is not null)
        {
            rows = rows.Where(row => row.OccurredAt < to);
        }

        return Searched(rows);
    }

    private IQueryable<Execution> Searched(IQueryable<Execution> rows)
    {
        if (string.IsNullOrWhiteSpace(filter.Search))
        {
            return rows;
        }

        var text = filter.Search.Trim();
        if (Guid.TryParse(text, out var value))
        {
            var id = new ExecutionId(value);
            return rows.Where(row => row.Id == id || row.Reference == text);
        }

        // What begins with the text, by an index: the columns compare by bytes, and behind the fence of the database LIKE may use none.
        var end = text + "\U0010FFFF";
        return rows.Where(row =>
            (EF.Functions.GreaterThanOrEqual(ValueTuple.Create(row.Reference), ValueTuple.Create(text)) && EF.Functions.LessThan(ValueTuple.Create(row.Reference), ValueTuple.Create(end)))
            || (EF.Functions.GreaterThanOrEqual(ValueTuple.Create(row.OrderReference), ValueTuple.Create(text)) && EF.Functions.LessThan(ValueTuple.Create(row.OrderReference), ValueTuple.Create(end))));
    }

    private CustomerId? OnlyCustomer() => filter.Customer ?? (db.Fence.Reach is { Everywhere: false, Customers: [var only] } ? only : null);

    /// <summary>The customers that can have rows within the filter; null for everybody's.</summary>
    private async Task<IReadOnlyList<CustomerId>?> CustomersAsync(CancellationToken cancellationToken)
    {
        if (OnlyCustomer() is { } customer)
        {
            return [customer];
        }

        if (filter.CustomerProgram is { } program)
        {
            return await db.CustomerPrograms.Where(candidate => candidate.Id == program).Select(candidate => candidate.CustomerId).ToListAsync(cancellationToken);
        }

        if (filter.Person is { } person)
        {
            return await db.EmployeeContracts.Where(contract => contract.PersonId == person)
                .Select(contract => contract.CustomerId).Distinct().ToListAsync(cancellationToken);
        }

        return db.Fence.Reach is { Everywhere: false } reach ? reach.Customers : null;
    }
}

/// <summary>Figures of one day or month, customer program and status.</summary>
internal sealed class FiguresRow
{
    public required CustomerId CustomerId { get; init; }

    public required ExecutionStatus Status { get; init; }

    public required long Count { get; init; }

    public required long Saved { get; init; }

    public required long Prepaid { get; init; }

    public required long Billed { get; init; }

    public required long Price { get; init; }
}
