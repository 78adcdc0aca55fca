using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>The one meaning of an execution filter, shared by the list, the sums and the export.</summary>
/// <param name="db">A context behind the door.</param>
/// <param name="filter">What is wanted.</param>
/// <param name="days">The days that the filter covers.</param>
internal sealed class ExecutionQueries(NadooItDb db, ExecutionFilter filter, DaySpan days)
{
    /// <summary>Up to so many customers each give their own newest rows; beyond, the index over all customers is walked.</summary>
    private const int MostCustomersOneByOne = 50;

    /// <summary>So many days are walked whole where many customer programs have something on them.</summary>
    private const int FewDays = 2;

    /// <summary>So many days of customer programs are asked for one by one rather than walking whole days.</summary>
    private const int FewProgramDays = 50;

    /// <summary>What the kept figures tell of the filter.</summary>
    public FilterFigures Figures { get; } = new(db, filter, days);

    /// <summary>Newest first; what occurred at the same instant by id.</summary>
    public static IOrderedQueryable<Execution> Newest(IQueryable<Execution> rows) =>
        rows.OrderByDescending(row => row.OccurredAt).ThenByDescending(row => row.Id);

    /// <summary>The executions within the filter, in no order; of "last 20" those 20.</summary>
    public async Task<IQueryable<Execution>> MatchingAsync(CancellationToken cancellationToken) => filter.IsLastOnly
        ? await NewestAsync(0, ExecutionFilter.LastCount, cancellationToken)
        : Narrowed(db.Executions, await CustomersAsync(cancellationToken), days);

    /// <summary>A part of the executions within the filter, newest first.</summary>
    public async Task<IOrderedQueryable<Execution>> NewestAsync(long skip, int take, CancellationToken cancellationToken)
    {
        if (filter is { Status: null, Person: null } || filter.IsSearch)
        {
            var customers = await CustomersAsync(cancellationToken);
            if (filter.IsSearch || (customers is null ? skip < ListExecutions.MostPaged : skip == 0 && customers.Count <= MostCustomersOneByOne))
            {
                return InOrder(customers, (int)skip, take);
            }
        }

        var part = await Figures.FindAsync(skip, take, cancellationToken);
        var rows = part.Spans.Count == 0 ? db.Executions.Where(_ => false) : await OfDaysAsync(part, take, cancellationToken);
        return Newest(Newest(rows).Skip(part.Skip).Take(take));
    }

    /// <summary>How many executions lie within the filter, which searches for nothing.</summary>
    public async Task<long> CountAsync(CancellationToken cancellationToken) =>
        Math.Min(filter.IsLastOnly ? ExecutionFilter.LastCount : long.MaxValue, await Figures.CountAsync(cancellationToken));

    /// <summary>Those of some executions that belong to the filter.</summary>
    public IQueryable<Execution> Within(IQueryable<Execution> rows) => Narrowed(rows, Figures.OnlyCustomer is { } only ? [only] : null, days);

    /// <summary>The executions within the filter, in no order, where there are few of them; of "last 20" those 20.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IQueryable<Execution>> FewAsync(int count, CancellationToken cancellationToken)
    {
        // What is rare has an index of its own.
        var isRare = filter.Status is ExecutionStatus.Reversed or ExecutionStatus.Refunded or ExecutionStatus.Disputed or ExecutionStatus.Held;
        if (filter.IsLastOnly || filter.IsSearch || (filter.Person is null && (filter.Status is null || isRare)))
        {
            return await MatchingAsync(cancellationToken);
        }

        if (filter.Person is not null && Figures.OnlyCustomer is null && await Figures.CustomersAsync(cancellationToken) is [var customer])
        {
            return await new ExecutionQueries(db, filter with { Customer = customer }, days).FewAsync(count, cancellationToken);
        }

        var everything = new FilterFigures(db, filter with { Status = null, Person = null }, days);
        if (count > await everything.CountAsync(cancellationToken) / 3)
        {
            // Where much of what ran fits, all of it is read.
            return await MatchingAsync(cancellationToken);
        }

        var part = await Figures.FindAsync(0, count, cancellationToken);
        return part.Spans.Count == 0 ? db.Executions.Where(_ => false) : Within(db.ExecutionsOf(await Figures.ProgramDaysAsync(part, cancellationToken)));
    }

    /// <summary>What an index delivers in this order without passing over others.</summary>
    private IOrderedQueryable<Execution> InOrder(IReadOnlyList<CustomerId>? customers, int skip, int take)
    {
        var found = customers switch
        {
            [] => db.Executions.Where(_ => false),
            { Count: > 1 and <= MostCustomersOneByOne } => OneByOne(customers, skip + take, days),
            _ => Narrowed(db.Executions, customers, days),
        };
        // One plan is right for all values of these.
        var isPlannedOnce = customers is null or { Count: 1 } && filter is { CustomerProgram: null, IsSearch: false } && skip == 0 && take == PageRequest.UsualSize;
        return Newest(isPlannedOnce ? Newest(found).TakeUsualPage() : Newest(found).Skip(skip).Take(take));
    }

    /// <summary>The executions of the days of a part that belong to the filter, the newest of them at least.</summary>
    private async Task<IQueryable<Execution>> OfDaysAsync(PartOfDays part, int take, CancellationToken cancellationToken)
    {
        var programDays = await Figures.ProgramDaysAsync(part, cancellationToken);
        if (part.Days > FewDays || programDays.Count <= FewProgramDays)
        {
            return Within(db.ExecutionsOf(programDays));
        }

        var customers = Figures.OnlyCustomer is { } only ? [only] : db.Fence.Reach is { Everywhere: false } reach ? reach.Customers : null;
        return customers is { Count: > 1 and <= MostCustomersOneByOne }
            ? OneByOne(customers, part.Skip + take, part.Span)
            : Narrowed(db.Executions, customers, part.Span);
    }

    /// <summary>
    /// Each customer's newest rows by its own index: an index cannot deliver several customers in one order, and
    /// walking everybody's rows for a few of them takes long where these are old. Each is a part of the statement of its own,
    /// since a join to the customers is translated into numbering all of their rows, which takes a second for 150,000.
    /// </summary>
    private IQueryable<Execution> OneByOne(IReadOnlyList<CustomerId> customers, int take, DaySpan span) => customers
        .Select(customer => Newest(Narrowed(db.Executions, [customer], span)).Take(take)).Aggregate<IQueryable<Execution>>((left, right) => left.Concat(right));

    private IQueryable<Execution> Narrowed(IQueryable<Execution> rows, IReadOnlyList<CustomerId>? customers, DaySpan span)
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

        var (from, to) = span.Instants;
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
        if (!filter.IsSearch)
        {
            return rows;
        }

        var text = filter.Search!.Trim();
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

    /// <summary>The customers that can have rows within the filter; null for everybody's.</summary>
    private async Task<IReadOnlyList<CustomerId>?> CustomersAsync(CancellationToken cancellationToken)
    {
        if (Figures.OnlyCustomer is { } customer)
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
