using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>Which keys fit the roles that people hold today. Most installations allow every key, and then one query says so.</summary>
internal static class KeyPolicies
{
    /// <summary>The policy for one person's running roles.</summary>
    public static async Task<KeyPolicy> KeyPolicyOfAsync(this NadooItDb db, PersonId person, DateOnly today, CancellationToken cancellationToken) =>
        (await db.KeyPoliciesOfAsync([person], today, cancellationToken)).GetValueOrDefault(person, KeyPolicy.Any);

    /// <summary>The policies of several people; whoever is not in it may have any key.</summary>
    public static async Task<IReadOnlyDictionary<PersonId, KeyPolicy>> KeyPoliciesOfAsync(
        this NadooItDb db, IReadOnlyCollection<PersonId> people, DateOnly today, CancellationToken cancellationToken)
    {
        var rules = await db.AllowedKeyModels.AsNoTracking().ToListAsync(cancellationToken);
        if (rules.Count == 0)
        {
            return new Dictionary<PersonId, KeyPolicy>();
        }

        var contracts = await db.EmployeeContracts.AsNoTracking().Where(contract => people.Contains(contract.PersonId))
            .Include(contract => contract.Roles).ToListAsync(cancellationToken);
        return contracts.Where(contract => contract.IsRunningOn(today))
            .SelectMany(contract => contract.Roles.Where(role => role.IsRunningOn(today)).Select(role => (contract.PersonId, role.Role)))
            .GroupBy(held => held.PersonId, held => held.Role)
            .ToDictionary(person => person.Key, person => new KeyPolicy([.. rules.Where(rule => person.Contains(rule.Role))]));
    }

    /// <summary>Refuses to give roles to somebody who has a key that they do not take. Without a key there is nothing to refuse yet.</summary>
    /// <exception cref="Refused">One of the person's keys does not fit.</exception>
    public static async Task RequireFittingKeysAsync(this Access access, PersonId person, IReadOnlyCollection<Role> roles, CancellationToken cancellationToken)
    {
        // The keys of the receiver lie outside the giver's fence; the giver learns only whether they fit.
        await using var db = access.OpenForSystem("compare a person's keys with a role");
        var policy = new KeyPolicy(await db.AllowedKeyModels.AsNoTracking().Where(rule => roles.Contains(rule.Role)).ToListAsync(cancellationToken));
        if (!policy.IsStrict)
        {
            return;
        }

        foreach (var model in await db.SecurityKeys.Where(key => key.PersonId == person && key.RemovedAt == null).Select(key => key.AuthenticatorModel).ToListAsync(cancellationToken))
        {
            policy.Require(model, KeyRefusals.KeysDoNotFit);
        }
    }
}
