using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Executions;
using NadooIt.Data.Crm;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.ApiKeys;

/// <summary>
/// What was recorded with test keys, the newest first: one's own, and everybody's at customers whose API keys one looks after. It
/// is the only list in which test executions appear.
/// </summary>
public sealed class ListTestExecutions(Access access)
{
    /// <summary>Which of them.</summary>
    /// <param name="Customer">Only those of this customer; null for all.</param>
    /// <param name="Page">Which page.</param>
    public sealed record Input(CustomerId? Customer, PageRequest Page);

    /// <summary>A page of test executions.</summary>
    /// <param name="Page">The executions.</param>
    /// <param name="Places">Where the caller can throw them away: has a test key, or makes keys.</param>
    public sealed record Result(Page<ExecutionRow> Page, IReadOnlyList<Place> Places);

    /// <summary>Lists.</summary>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.RunPrograms, cancellationToken);
        await using var test = access.TestLedgerOf(db);
        var (me, grants) = (access.Caller.Person, db.Fence.Grants);
        var (viewed, made) = (grants.Of(Ability.ViewApiKeys), grants.Of(Ability.CreateApiKeys));
        var page = await test.Executions.AsNoTracking()
            .Where(execution => input.Customer == null || execution.CustomerId == input.Customer)
            .Where(execution => execution.PersonId == me || viewed.Everywhere || viewed.Customers.Contains(execution.CustomerId))
            .OrderByDescending(execution => execution.RecordedAt).ThenByDescending(execution => execution.Id)
            .ToPageAsync(input.Page, cancellationToken);
        var rows = await new ExecutionNames(test).RowsAsync(page.Rows, cancellationToken);
        var places = await db.Customers
            .Where(customer => db.ApiKeys.Any(key => key.CustomerId == customer.Id && key.IsTest && (key.OwnerId == me || made.Everywhere || made.Customers.Contains(customer.Id))))
            .OrderBy(customer => customer.Name).Take(PageRequest.LargestSize)
            .Select(customer => new Place(customer.Id, customer.Name)).ToListAsync(cancellationToken);
        return new(new(rows, page.Total, page.Request), places);
    }
}
