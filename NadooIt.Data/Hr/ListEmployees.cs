using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Hr;

/// <summary>The employee contracts at the customers whose employees the caller may see, one page of them.</summary>
public sealed class ListEmployees(Access access, TimeProvider clock)
{
    /// <summary>Which contracts, in which order.</summary>
    /// <param name="Customer">Only this customer; null for all.</param>
    /// <param name="Search">Part of the display name or of the user code; null or empty for all.</param>
    /// <param name="All">Whether contracts that do not run today are shown too.</param>
    /// <param name="Page">Which page, in which order: "person", "customer", "since" or "until".</param>
    public sealed record Input(CustomerId? Customer, string? Search, bool All, PageRequest Page);

    /// <summary>One contract of the list.</summary>
    public sealed record Row(
        EmployeeContractId Id, string DisplayName, UserCode UserCode, CustomerId Customer, string CustomerName,
        DateOnly StartsOn, DateOnly? EndsOn, DateTimeOffset? EndedAt, ContractState State, IReadOnlyList<Role> Roles);

    /// <summary>Lists.</summary>
    public async Task<Page<Row>> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewEmployees, cancellationToken);
        var today = BusinessTime.DayOf(clock.GetUtcNow());
        var rows =
            from contract in db.EmployeeContracts
            join person in db.People on contract.PersonId equals person.Id
            join customer in db.Customers on contract.CustomerId equals customer.Id
            select new { contract, person, customer };
        if (input.Customer is { } only)
        {
            rows = rows.Where(row => row.contract.CustomerId == only);
        }

        if (!input.All)
        {
            rows = rows.Where(row => row.contract.DeactivatedAt == null && row.contract.StartsOn <= today && (row.contract.EndsOn == null || row.contract.EndsOn >= today));
        }

        if (!string.IsNullOrWhiteSpace(input.Search))
        {
            var name = Like.Contains(input.Search);
            var code = Like.Contains(input.Search.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal));
            rows = rows.Where(row => EF.Functions.ILike(row.person.DisplayName, name, Like.Escape) || EF.Functions.ILike((string)(object)row.person.UserCode, code, Like.Escape));
        }

        var ordered = input.Page.Sort switch
        {
            "customer" => rows.Sorted(row => row.customer.Name, input.Page),
            "since" => rows.Sorted(row => row.contract.StartsOn, input.Page),
            "until" => rows.Sorted(row => row.contract.EndsOn, input.Page),
            _ => rows.Sorted(row => row.person.DisplayName, input.Page),
        };
        return await ordered.ThenBy(row => row.contract.Id)
            .Select(row => new Row(
                row.contract.Id, row.person.DisplayName, row.person.UserCode, row.customer.Id, row.customer.Name,
                row.contract.StartsOn, row.contract.EndsOn, row.contract.DeactivatedAt,
                EmployeeContract.StateOn(today, row.contract.StartsOn, row.contract.EndsOn, row.contract.DeactivatedAt),
                row.contract.Roles
                    .Where(role => role.EndedAt == null && role.StartsOn <= today && (role.EndsOn == null || role.EndsOn >= today))
                    .OrderBy(role => role.Role).Select(role => role.Role).ToList()))
            .ToPageAsync(input.Page, cancellationToken);
    }
}
