using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Orders;

namespace NadooIt.Data.Orders;

/// <summary>The orders that customer programs charge once, with what is held for them.</summary>
public sealed class ListOrders(Access access)
{
    /// <summary>Which orders.</summary>
    /// <param name="Customer">Of one customer; null for all within reach.</param>
    /// <param name="Program">Of one customer program; null for all.</param>
    /// <param name="ShowAll">Whether completed and cancelled ones are shown too.</param>
    /// <param name="Search">The beginning of the order reference.</param>
    /// <param name="Page">Which page; the oldest open ones come first.</param>
    public sealed record Input(CustomerId? Customer, CustomerProgramId? Program, bool ShowAll, string? Search, PageRequest Page);

    /// <summary>An order.</summary>
    /// <param name="Facts">The order with what is held for it.</param>
    /// <param name="CustomerName">Name of the customer.</param>
    /// <param name="ProgramName">Name of the program.</param>
    /// <param name="DecidedBy">Who completed or cancelled it; null while it is open.</param>
    public sealed record Row(OrderFacts Facts, string CustomerName, string ProgramName, string? DecidedBy);

    /// <summary>Lists.</summary>
    public async Task<Page<Row>> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        var orders = db.ExecutionOrders.AsNoTracking()
            .Where(order => input.Customer == null || order.CustomerId == input.Customer)
            .Where(order => input.Program == null || order.CustomerProgramId == input.Program)
            .Where(order => input.ShowAll || order.Status == OrderStatus.Open);
        if (!string.IsNullOrWhiteSpace(input.Search))
        {
            var pattern = Like.BeginsWith(input.Search);
            orders = orders.Where(order => EF.Functions.Like(order.Reference, pattern, Like.Escape));
        }

        var page = await orders.OrderBy(order => order.Status).ThenBy(order => order.OpenedAt).ThenBy(order => order.Id).ToPageAsync(input.Page, cancellationToken);
        var people = page.Rows.Select(order => order.DecidedBy).OfType<PersonId>().Distinct().ToList();
        var programs = page.Rows.Select(order => order.CustomerProgramId).Distinct().ToList();
        var names = await (
            from owned in db.CustomerPrograms
            join program in db.Programs on owned.ProgramId equals program.Id
            join customer in db.Customers on owned.CustomerId equals customer.Id
            where programs.Contains(owned.Id)
            select new { owned.Id, Program = program.Name, Customer = customer.Name }).ToDictionaryAsync(owned => owned.Id, cancellationToken);
        var deciders = await db.PersonNames.Where(person => people.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.DisplayName, cancellationToken);
        return new(
            [
                .. from facts in await db.FactsAsync(page.Rows, cancellationToken)
                   let name = names[facts.Order.CustomerProgramId]
                   select new Row(facts, name.Customer, name.Program, facts.Order.DecidedBy is { } decider ? deciders.GetValueOrDefault(decider, "") : null),
            ],
            page.Total, page.Request);
    }
}
