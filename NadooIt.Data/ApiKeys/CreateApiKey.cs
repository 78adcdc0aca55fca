using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ownership;

namespace NadooIt.Data.ApiKeys;

/// <summary>Creates an API key for an employee. The secret is returned once; only its hash is kept.</summary>
public sealed class CreateApiKey(Access access, TimeProvider clock)
{
    /// <summary>What is created.</summary>
    /// <param name="Customer">Where it works.</param>
    /// <param name="Owner">An employee there, for whom it acts; may be oneself.</param>
    /// <param name="Details">Name, abilities, customer programs, expiry.</param>
    /// <param name="IsTest">Whether it only tries things out, in the test ledger.</param>
    public sealed record Input(CustomerId Customer, PersonId Owner, ApiKeyDetails Details, bool IsTest = false);

    /// <summary>The new key and its secret.</summary>
    public sealed record Output(ApiKeyId Id, ApiKeySecret Secret);

    /// <summary>Creates it.</summary>
    /// <exception cref="Refused">The customer lies outside, the owner does not work there, or a choice is not his to pass on; or the creator's last touch of the security key is too long ago.</exception>
    public async Task<Output> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateApiKeys, cancellationToken);
        var now = clock.GetUtcNow();
        if (!await db.Customers.AnyAsync(customer => customer.Id == input.Customer, cancellationToken))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        await db.RequireFreshTouchAsync(access.Caller, now, cancellationToken);
        var contracts = await db.EmployeeContracts.AsNoTracking()
            .Where(contract => contract.PersonId == input.Owner && contract.CustomerId == input.Customer)
            .ToListAsync(cancellationToken);
        if (!contracts.Any(contract => contract.IsRunningOn(BusinessTime.DayOf(now))))
        {
            throw new Refused(ApiKeyRefusals.OwnerNotEmployed);
        }

        var held = await OwnerAbilities.AtAsync(access, input.Owner, input.Customer, now, cancellationToken);
        if (input.Details.Abilities.Except(held).Any())
        {
            throw new Refused(ApiKeyRefusals.AbilityNotHeld);
        }

        var programs = input.Details.CustomerPrograms.Distinct().ToList();
        if (await db.CustomerPrograms.CountAsync(program => program.CustomerId == input.Customer && programs.Contains(program.Id), cancellationToken) != programs.Count)
        {
            throw new Refused(OwnershipRefusals.NotFound);
        }

        var secret = ApiKeySecret.Create(input.IsTest);
        var key = ApiKey.Create(input.Customer, input.Owner, input.Details, secret, access.Caller.Person, now);
        db.Add(key);
        await db.SaveChangesAsync(cancellationToken);
        return new(key.Id, secret);
    }
}
