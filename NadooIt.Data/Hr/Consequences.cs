using Microsoft.EntityFrameworkCore;
using NadooIt.Data.ApiKeys;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>What a planned change takes away: found by really making it in a transaction that is rolled back.</summary>
/// <param name="Losses">Who would lose what, the person's name first.</param>
/// <param name="LossesElsewhere">How many more such lines lie outside the caller's reach.</param>
/// <param name="Keys">API keys that would stop or lose abilities.</param>
/// <param name="KeysElsewhere">How many more lie outside the caller's reach.</param>
/// <param name="Sessions">How many browsers would be signed out.</param>
/// <param name="Roles">Which roles would end.</param>
public sealed record Consequences(
    IReadOnlyList<Loss> Losses, int LossesElsewhere, IReadOnlyList<StoppedKey> Keys, int KeysElsewhere, int Sessions, IReadOnlyList<LostRole> Roles);

/// <summary>What one person would lose at one place.</summary>
/// <param name="Person">Display name.</param>
/// <param name="Customer">Where; null for every customer.</param>
/// <param name="Abilities">What, in the order of the abilities.</param>
public sealed record Loss(string Person, string? Customer, IReadOnlyList<Ability> Abilities);

/// <summary>A role that would end.</summary>
/// <param name="Id">The role contract.</param>
/// <param name="Role">Which role.</param>
/// <param name="Contract">The contract it hangs on.</param>
public sealed record LostRole(RoleContractId Id, Role Role, EmployeeContractId Contract);

/// <summary>An API key that would stop or lose abilities.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Owner">For whom it acts.</param>
/// <param name="Customer">Where it works.</param>
/// <param name="Stops">Whether nothing is left of it.</param>
/// <param name="Abilities">What it would lose.</param>
/// <param name="Programs">Customer programs that ran with it in the last 30 days and could not any more.</param>
/// <param name="RunsPerDay">How often they ran on average on each of those days.</param>
public sealed record StoppedKey(string Name, string Owner, string Customer, bool Stops, IReadOnlyList<Ability> Abilities, IReadOnlyList<string> Programs, decimal RunsPerDay);

/// <summary>Makes a change, looks what it took away, and takes it back.</summary>
internal static class Rehearsal
{
    private const int MostLines = 200;

    /// <summary>Rehearses.</summary>
    /// <param name="db">A context in which everything is inside; nothing has been read into it that the change would miss.</param>
    /// <param name="people">Whose rights are compared.</param>
    /// <param name="told">The customers of which the caller may be told.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="change">Makes the change in the open transaction, as it will be made, and saves it.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <exception cref="Refused">The change would be refused.</exception>
    public static async Task<Consequences> OfAsync(
        NadooItDb db, IReadOnlyCollection<PersonId> people, Reach told, DateTimeOffset now, Func<Task> change, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var before = await RightsPicture.TakeAsync(db, people, now, cancellationToken);
        await change();
        db.ChangeTracker.Clear();
        var after = await RightsPicture.TakeAsync(db, people, now, cancellationToken);
        await transaction.RollbackAsync(cancellationToken);
        db.ChangeTracker.Clear();
        return await DescribeAsync(db, before, after, told, now, cancellationToken);
    }

    /// <summary>Everybody who works for the customer, and whoever got a role under one of these contracts.</summary>
    public static async Task<IReadOnlyList<PersonId>> PeopleAroundAsync(NadooItDb db, IReadOnlyCollection<EmployeeContractId> contracts, CancellationToken cancellationToken)
    {
        var customers = await db.EmployeeContracts.Where(contract => contracts.Contains(contract.Id)).Select(contract => contract.CustomerId).ToListAsync(cancellationToken);
        return await db.EmployeeContracts
            .Where(contract => contract.DeactivatedAt == null && (customers.Contains(contract.CustomerId)
                || contract.Roles.Any(role => contracts.Contains(role.GivenUnder!.Value) || role.Abilities.Any(held => contracts.Contains(held.GivenUnder!.Value)))))
            .Select(contract => contract.PersonId).Distinct().ToListAsync(cancellationToken);
    }

    private static async Task<Consequences> DescribeAsync(NadooItDb db, RightsPicture before, RightsPicture after, Reach told, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var lost = before.Held.Except(after.Held).GroupBy(held => (held.Person, held.Customer), held => held.Ability).ToList();
        var keys = before.Keys.Values
            .Select(held => (held.Key, Lost: held.InForce.Except(after.Keys.GetValueOrDefault(held.Key.Id).InForce ?? []).Order().ToList(), IsGone: !after.Keys.ContainsKey(held.Key.Id)))
            .Where(held => held.Lost.Count > 0 || held.IsGone).ToList();
        var people = lost.Select(loss => loss.Key.Person).Concat(keys.Select(held => held.Key.OwnerId)).Distinct().ToList();
        var names = await db.PersonNames.Where(person => people.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.DisplayName, cancellationToken);
        var places = lost.Select(loss => loss.Key.Customer).OfType<CustomerId>().Concat(keys.Select(held => held.Key.CustomerId)).Distinct().ToList();
        var customers = await db.Customers.Where(customer => places.Contains(customer.Id)).ToDictionaryAsync(customer => customer.Id, customer => customer.Name, cancellationToken);

        var tellable = lost.Where(loss => told.Everywhere || (loss.Key.Customer is { } customer && told.Includes(customer))).ToList();
        var tellableKeys = keys.Where(held => told.Includes(held.Key.CustomerId)).Take(MostLines).ToList();
        var stopped = new List<StoppedKey>();
        foreach (var (key, abilities, isGone) in tellableKeys)
        {
            var (programs, runs) = abilities.Contains(Ability.RunPrograms) ? await RunsAsync(db, key.CustomerId, key.Id, now, cancellationToken) : ([], 0);
            var stops = isGone || after.Keys[key.Id].InForce.Count == 0;
            stopped.Add(new(key.Name, names[key.OwnerId], customers[key.CustomerId], stops, abilities, programs, runs));
        }

        return new(
            [.. tellable.Select(loss => new Loss(names[loss.Key.Person], loss.Key.Customer is { } customer ? customers[customer] : null, [.. loss.Distinct().Order()]))
                .OrderBy(loss => loss.Person, StringComparer.CurrentCulture).ThenBy(loss => loss.Customer, StringComparer.CurrentCulture).Take(MostLines)],
            lost.Count - Math.Min(tellable.Count, MostLines),
            [.. stopped.OrderByDescending(key => key.RunsPerDay).ThenBy(key => key.Name, StringComparer.CurrentCulture)],
            keys.Count - tellableKeys.Count,
            before.Sessions - after.Sessions,
            [.. before.Roles.Values.Where(role => !after.Roles.ContainsKey(role.Id)).Select(role => new LostRole(role.Id, role.Role, role.EmployeeContractId)).OrderBy(role => role.Role)]);
    }

    private static async Task<(IReadOnlyList<string> Programs, decimal RunsPerDay)> RunsAsync(
        NadooItDb db, CustomerId customer, ApiKeyId key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = now - ReadApiKey.CountedSpan;
        var counts = await db.Executions
            .Where(execution => execution.CustomerId == customer && execution.OccurredAt >= since && execution.ApiKeyId == key)
            .GroupBy(execution => execution.CustomerProgramId)
            .Select(group => new { Program = group.Key, Count = group.LongCount() })
            .ToListAsync(cancellationToken);
        var ran = counts.Select(count => count.Program).ToList();
        var names = await db.CustomerPrograms.Where(program => ran.Contains(program.Id))
            .Select(program => db.Programs.First(entry => entry.Id == program.ProgramId).Name).ToListAsync(cancellationToken);
        return ([.. names.Order(StringComparer.CurrentCulture)], decimal.Round(counts.Sum(count => count.Count) / (decimal)ReadApiKey.CountedSpan.TotalDays, 1));
    }
}
