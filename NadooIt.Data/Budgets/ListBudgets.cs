using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Budgets;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Budgets;

/// <summary>The budgets that count, with what was used of them in the present month and what the month comes to.</summary>
public sealed class ListBudgets(Access access, TimeProvider clock)
{
    /// <summary>Most budgets that are listed.</summary>
    public const int Most = 2_000;

    /// <summary>Which budgets.</summary>
    /// <param name="Program">Those that hold for one customer program, that of its customer included; null for all within reach.</param>
    /// <param name="Customer">Those of one customer and of its programs; null for all within reach.</param>
    /// <param name="OnlyWarning">Only those of which a warning level is reached.</param>
    public sealed record Input(CustomerProgramId? Program = null, CustomerId? Customer = null, bool OnlyWarning = false);

    /// <summary>A budget.</summary>
    /// <param name="Id">Identifier.</param>
    /// <param name="Customer">The customer.</param>
    /// <param name="CustomerName">Its name.</param>
    /// <param name="Program">The customer program; null for all of the customer together.</param>
    /// <param name="ProgramName">Its name; null for all of the customer together.</param>
    /// <param name="Terms">What it allows.</param>
    /// <param name="Used">The price of the present month's executions, without reversed and refunded ones.</param>
    /// <param name="Forecast">What the month comes to if it goes on so.</param>
    /// <param name="Reached">The highest warning level that has been reached; null for none.</param>
    public sealed record Row(
        BudgetId Id, CustomerId Customer, string CustomerName, CustomerProgramId? Program, string? ProgramName, BudgetTerms Terms, Money Used, Money Forecast, int? Reached);

    /// <summary>Lists at most <see cref="Most"/>; those that are used up most come first.</summary>
    public async Task<IReadOnlyList<Row>> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewCustomerPrograms, cancellationToken);
        var today = BusinessTime.DayOf(clock.GetUtcNow());
        var month = DaySpan.MonthOf(today);
        var customers = input.Program is not { } program ? null : await db.CustomerPrograms.Where(owned => owned.Id == program)
            .Select(owned => (CustomerId?)owned.CustomerId).SingleOrDefaultAsync(cancellationToken);
        var found = await (
            from budget in db.Budgets.AsNoTracking()
            join customer in db.Customers on budget.CustomerId equals customer.Id
            where budget.EndedAt == null && (input.Customer == null || budget.CustomerId == input.Customer)
                && (input.Program == null || budget.CustomerProgramId == input.Program || (budget.CustomerProgramId == null && budget.CustomerId == customers))
            orderby customer.Name, budget.Id
            select new
            {
                Budget = budget,
                Customer = customer.Name,
                Program = (
                    from owned in db.CustomerPrograms
                    join catalogue in db.Programs on owned.ProgramId equals catalogue.Id
                    where owned.Id == budget.CustomerProgramId
                    select catalogue.Name).FirstOrDefault(),
                Used = db.ExecutionMonths
                    .Where(figures => figures.CustomerId == budget.CustomerId && figures.Month == month
                        && (budget.CustomerProgramId == null || figures.CustomerProgramId == budget.CustomerProgramId)
                        && figures.Status != ExecutionStatus.Reversed && figures.Status != ExecutionStatus.Refunded)
                    .Sum(figures => figures.PriceMillionths),
            })
            .Take(Most).ToListAsync(cancellationToken);
        return
        [
            .. from row in found
               let used = Money.FromMillionths(row.Used)
               let reached = row.Budget.Terms.Reached(used)
               where !input.OnlyWarning || reached is not null
               orderby used.Amount / row.Budget.MonthlyLimit.Amount descending, row.Customer, row.Program
               select new Row(
                   row.Budget.Id, row.Budget.CustomerId, row.Customer, row.Budget.CustomerProgramId, row.Program, row.Budget.Terms, used,
                   BudgetTerms.Forecast(used, today), reached),
        ];
    }
}
