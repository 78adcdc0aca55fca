using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.ApiKeys;

/// <summary>The API keys of the customers that the caller looks after, one page of them.</summary>
public sealed class ListApiKeys(Access access, TimeProvider clock)
{
    /// <summary>Which keys, in which order.</summary>
    /// <param name="Customer">Only those of this customer; null for all.</param>
    /// <param name="ShowAll">Whether revoked and expired ones are shown too.</param>
    /// <param name="Page">Which page, in which order: "name", "created", "used" or "expires".</param>
    public sealed record Input(CustomerId? Customer, bool ShowAll, PageRequest Page);

    /// <summary>One key of the list.</summary>
    public sealed record Row(
        ApiKeyId Id, string Name, string Prefix, bool IsTest, CustomerId Customer, string CustomerName, string OwnerName, bool OwnerIsEmployed, int CustomerPrograms,
        DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, DateTimeOffset? ReplacedAt, DateTimeOffset? LastUsedAt);

    /// <summary>Lists.</summary>
    public async Task<Page<Row>> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewApiKeys, cancellationToken);
        var now = clock.GetUtcNow();
        var today = BusinessTime.DayOf(now);
        var keys = db.ApiKeys.Where(key =>
            (input.Customer == null || key.CustomerId == input.Customer)
            && (input.ShowAll || (key.RevokedAt == null && (key.ExpiresAt == null || key.ExpiresAt > now))));
        var ordered = input.Page.Sort switch
        {
            "name" => keys.Sorted(key => key.Name, input.Page),
            "used" => keys.Sorted(key => key.LastUsedAt, input.Page),
            "expires" => keys.Sorted(key => key.ExpiresAt, input.Page),
            "created" => keys.Sorted(key => key.CreatedAt, input.Page),
            _ => keys.OrderByDescending(key => key.CreatedAt),
        };
        return await ordered.ThenBy(key => key.Id)
            .Select(key => new Row(
                key.Id, key.Name, key.Prefix, key.IsTest, key.CustomerId,
                db.Customers.First(customer => customer.Id == key.CustomerId).Name,
                db.PersonNames.First(person => person.Id == key.OwnerId).DisplayName,
                db.EmployeeContracts.Any(contract => contract.PersonId == key.OwnerId && contract.CustomerId == key.CustomerId
                    && contract.DeactivatedAt == null && contract.StartsOn <= today && (contract.EndsOn == null || contract.EndsOn >= today)),
                key.CustomerPrograms.Length, key.CreatedAt, key.ExpiresAt, key.RevokedAt, key.ReplacedAt, key.LastUsedAt))
            .ToPageAsync(input.Page, cancellationToken);
    }
}
