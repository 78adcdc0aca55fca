using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.ApiKeys;

/// <summary>What can be chosen when an API key is made: customers, then employees and customer programs, then abilities.</summary>
public sealed class ReadApiKeyChoices(Access access, TimeProvider clock)
{
    /// <summary>What can be chosen.</summary>
    /// <param name="Customers">The customers at which the caller creates keys.</param>
    /// <param name="Owners">Employees with a running contract at the chosen customer.</param>
    /// <param name="CustomerPrograms">Customer programs of the chosen customer that run.</param>
    /// <param name="Abilities">What the chosen owner could pass to a key.</param>
    public sealed record Output(
        IReadOnlyList<Choice<CustomerId>> Customers, IReadOnlyList<Choice<PersonId>> Owners,
        IReadOnlyList<Choice<CustomerProgramId>> CustomerPrograms, IReadOnlyList<Ability> Abilities);

    /// <summary>Something to choose, by its name.</summary>
    public sealed record Choice<TId>(TId Id, string Name);

    /// <summary>Reads; what depends on an earlier choice stays empty until that is made.</summary>
    public async Task<Output> RunAsync(CustomerId? customer, PersonId? owner, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateApiKeys, cancellationToken);
        var customers = await db.Customers.Where(candidate => candidate.ArchivedAt == null)
            .OrderBy(candidate => candidate.Name)
            .Select(candidate => new Choice<CustomerId>(candidate.Id, candidate.Name))
            .ToListAsync(cancellationToken);
        if (customer is not { } chosen || customers.All(candidate => candidate.Id != chosen))
        {
            return new(customers, [], [], []);
        }

        var today = BusinessTime.DayOf(clock.GetUtcNow());
        var employees = db.EmployeeContracts
            .Where(contract => contract.CustomerId == chosen && contract.DeactivatedAt == null
                && contract.StartsOn <= today && (contract.EndsOn == null || contract.EndsOn >= today))
            .Select(contract => contract.PersonId);
        var owners = await db.PersonNames.Where(person => employees.Contains(person.Id))
            .OrderBy(person => person.DisplayName)
            .Select(person => new Choice<PersonId>(person.Id, person.DisplayName))
            .ToListAsync(cancellationToken);
        var programs = await db.CustomerPrograms.Where(program => program.CustomerId == chosen && program.DeactivatedAt == null)
            .Select(program => new Choice<CustomerProgramId>(program.Id, db.Programs.First(entry => entry.Id == program.ProgramId).Name))
            .ToListAsync(cancellationToken);
        var abilities = owner is { } person && owners.Any(candidate => candidate.Id == person)
            ? await OwnerAbilities.AtAsync(access, person, chosen, clock.GetUtcNow(), cancellationToken)
            : [];
        return new(customers, owners, [.. programs.OrderBy(program => program.Name, StringComparer.Ordinal)], [.. ApiKey.UsefulAbilities.Where(abilities.Contains)]);
    }
}

/// <summary>What the owner of a key could pass to it.</summary>
internal static class OwnerAbilities
{
    public static async Task<IReadOnlyCollection<Ability>> AtAsync(Access access, PersonId owner, CustomerId customer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The owner's contracts with others lie outside the caller's fence, and only their effect here is used.
        await using var db = access.OpenForSystem("read what the owner of an API key holds");
        var standing = await db.ReadStandingAsync(new Caller(owner, null, null, null), now, cancellationToken);
        return standing is null ? [] : [.. standing.Grants.All.Where(grant => grant.Customer is null || grant.Customer == customer).Select(grant => grant.Ability).Distinct()];
    }
}
