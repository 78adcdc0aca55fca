using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Crm;

/// <summary>The customers that the caller may open, one page of them.</summary>
public sealed class ListCustomers(Access access, TimeProvider clock)
{
    /// <summary>Which customers, in which order.</summary>
    /// <param name="Search">Part of the name or the whole identifier; null or empty for all.</param>
    /// <param name="ShowArchived">Whether archived ones are shown too.</param>
    /// <param name="Page">Which page, in which order: "name" or "created".</param>
    public sealed record Input(string? Search, bool ShowArchived, PageRequest Page);

    /// <summary>One customer of the list; the number of running contracts only where the caller may see the employees.</summary>
    public sealed record Row(CustomerId Id, string Name, bool IsOperator, bool IsSample, DateTimeOffset CreatedAt, DateTimeOffset? ArchivedAt, int? Employees);

    /// <summary>Lists.</summary>
    public async Task<Page<Row>> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.SeeCustomer, cancellationToken);
        var today = BusinessTime.DayOf(clock.GetUtcNow());
        var seesEmployees = db.Fence.Grants.Of(Ability.ViewEmployees);
        var (everywhere, there) = (seesEmployees.Everywhere, seesEmployees.Customers);
        var customers = db.Customers.Where(customer => input.ShowArchived || customer.ArchivedAt == null);
        if (!string.IsNullOrWhiteSpace(input.Search))
        {
            var pattern = Like.Contains(input.Search);
            customers = Guid.TryParse(input.Search, out var id)
                ? customers.Where(customer => customer.Id == new CustomerId(id))
                : customers.Where(customer => EF.Functions.ILike(customer.Name, pattern, Like.Escape));
        }

        var ordered = input.Page.Sort switch
        {
            "created" => customers.Sorted(customer => customer.CreatedAt, input.Page),
            _ => customers.Sorted(customer => customer.Name, input.Page),
        };
        return await ordered.ThenBy(customer => customer.Id)
            .Select(customer => new Row(
                customer.Id, customer.Name, customer.IsOperator, customer.IsSample, customer.CreatedAt, customer.ArchivedAt,
                everywhere || there.Contains(customer.Id)
                    ? db.EmployeeContracts.Count(contract => contract.CustomerId == customer.Id && contract.DeactivatedAt == null
                        && contract.StartsOn <= today && (contract.EndsOn == null || contract.EndsOn >= today))
                    : null))
            .ToPageAsync(input.Page, cancellationToken);
    }
}
