using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Crm;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.Ownership;

/// <summary>The customer programs within reach with their present rate and prepaid time, one page of them.</summary>
public sealed class ListCustomerPrograms(Access access)
{
    /// <summary>Most customers that the filter offers.</summary>
    public const int MostCustomers = 500;

    /// <summary>Which customer programs, in which order.</summary>
    /// <param name="Customer">Of one customer; null for all within reach.</param>
    /// <param name="Program">Of one program of the catalogue; null for all.</param>
    /// <param name="ShowInactive">Whether deactivated ones are shown too.</param>
    /// <param name="Search">Part of the program's or the customer's name.</param>
    /// <param name="Page">Which page, in which order: "program", "customer", "saved" or "created".</param>
    public sealed record Input(CustomerId? Customer, ProgramId? Program, bool ShowInactive, string? Search, PageRequest Page);

    /// <summary>One customer program of the list.</summary>
    /// <param name="Id">Identifier.</param>
    /// <param name="ProgramName">The program of the catalogue.</param>
    /// <param name="Customer">The owner.</param>
    /// <param name="CustomerName">The owner's name.</param>
    /// <param name="Terms">What it charges and accepts.</param>
    /// <param name="Saved">Seconds saved so far: the ladder's position.</param>
    /// <param name="Balance">Seconds on its open time accounts; null when it draws from none.</param>
    /// <param name="DeactivatedAt">Since when it is stopped.</param>
    public sealed record Row(
        CustomerProgramId Id, string ProgramName, CustomerId Customer, string CustomerName, CustomerProgramTerms Terms, Seconds Saved, Seconds? Balance,
        DateTimeOffset? DeactivatedAt)
    {
        /// <summary>The price per second of the next execution.</summary>
        public PricePerSecond Rate => Terms.PriceAfter(Saved);
    }

    /// <summary>The page and the customers that have customer programs within reach.</summary>
    public sealed record Result(Page<Row> Page, IReadOnlyList<Place> Places);

    /// <summary>Lists.</summary>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewCustomerPrograms, cancellationToken);
        var rows =
            from owned in db.CustomerPrograms
            join program in db.Programs on owned.ProgramId equals program.Id
            join customer in db.Customers on owned.CustomerId equals customer.Id
            where (input.ShowInactive || owned.DeactivatedAt == null)
                && (input.Customer == null || owned.CustomerId == input.Customer)
                && (input.Program == null || owned.ProgramId == input.Program)
            select new { Owned = owned, Program = program.Name, Customer = customer.Name };
        if (!string.IsNullOrWhiteSpace(input.Search))
        {
            var pattern = Like.Contains(input.Search);
            rows = rows.Where(row => EF.Functions.ILike(row.Program, pattern, Like.Escape) || EF.Functions.ILike(row.Customer, pattern, Like.Escape));
        }

        var ordered = input.Page.Sort switch
        {
            "customer" => rows.Sorted(row => row.Customer, input.Page).ThenBy(row => row.Program),
            "saved" => rows.Sorted(row => row.Owned.SavedPerExecution, input.Page),
            "created" => rows.Sorted(row => row.Owned.CreatedAt, input.Page),
            _ => rows.Sorted(row => row.Program, input.Page).ThenBy(row => row.Customer),
        };
        var page = await ordered.ThenBy(row => row.Owned.Id)
            .Select(row => new
            {
                row.Owned,
                row.Program,
                row.Customer,
                Saved = db.CustomerProgramProgress.Where(progress => progress.CustomerProgramId == row.Owned.Id).Select(progress => progress.Saved).First(),
            })
            .ToPageAsync(input.Page, cancellationToken);
        var balances = await db.BalancesAsync([.. page.Rows.Select(row => row.Owned.Id)], cancellationToken);
        var places = await db.Customers
            .Where(customer => db.CustomerPrograms.Any(owned => owned.CustomerId == customer.Id))
            .OrderBy(customer => customer.Name).Select(customer => new Place(customer.Id, customer.Name)).Take(MostCustomers)
            .ToListAsync(cancellationToken);
        return new(
            new(
                [.. page.Rows.Select(row => new Row(
                    row.Owned.Id, row.Program, row.Owned.CustomerId, row.Customer, row.Owned.Terms, row.Saved,
                    balances.TryGetValue(row.Owned.Id, out var balance) ? balance : null, row.Owned.DeactivatedAt))],
                page.Total, page.Request),
            places);
    }
}
