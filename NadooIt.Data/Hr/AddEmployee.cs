using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Hr;

/// <summary>Begins an employee contract. An ended one is never revived; a new one begins instead.</summary>
public sealed class AddEmployee(Access access, TimeProvider clock)
{
    /// <summary>Who works where, and how long.</summary>
    /// <param name="UserCode">The person's code as typed.</param>
    /// <param name="Customer">With whom.</param>
    /// <param name="StartsOn">First day; null for today.</param>
    /// <param name="EndsOn">Last day; null for an open end.</param>
    public sealed record Input(string UserCode, CustomerId Customer, DateOnly? StartsOn = null, DateOnly? EndsOn = null);

    /// <summary>Adds and returns the new contract.</summary>
    /// <exception cref="Refused">
    /// Nobody has this code, the customer is unknown or archived, the period is not acceptable, or a contract of the two
    /// runs in that time already.
    /// </exception>
    public async Task<EmployeeContractId> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.AddEmployees, cancellationToken);
        var now = clock.GetUtcNow();
        var today = BusinessTime.DayOf(now);
        var customer = await db.Customers.SingleOrDefaultAsync(found => found.Id == input.Customer, cancellationToken)
            ?? throw new Refused(CommonRefusals.NotFound);
        if (customer.ArchivedAt is not null)
        {
            throw new Refused(CrmRefusals.Archived);
        }

        var person = await FindAsync(input.UserCode, cancellationToken);
        var startsOn = input.StartsOn ?? today;
        if (input.EndsOn < today)
        {
            throw new Refused(HrRefusals.PeriodInvalid);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.AdvisoryLockAsync(Locks.Employment(customer.Id, person), cancellationToken);
        var earlier = await db.EmployeeContracts
            .Where(contract => contract.PersonId == person && contract.CustomerId == customer.Id && contract.DeactivatedAt == null)
            .ToListAsync(cancellationToken);
        if (earlier.Any(contract => contract.Overlaps(startsOn, input.EndsOn)))
        {
            throw new Refused(HrRefusals.AlreadyEmployed);
        }

        if (!earlier.Any(contract => contract.IsRunningOn(today)))
        {
            // Keys of a contract that has run out must not come to life again with the new one.
            await Revocation.RevokeKeysAsync(db, customer.Id, person, access.Caller.Person, now, cancellationToken);
        }

        var begun = EmployeeContract.Begin(customer.Id, person, startsOn, input.EndsOn, access.Caller.Person, now);
        db.Add(begun);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return begun.Id;
    }

    private async Task<PersonId> FindAsync(string typed, CancellationToken cancellationToken)
    {
        if (!UserCode.TryParse(typed, out var code))
        {
            throw new Refused(PeopleRefusals.UserCodeInvalid);
        }

        // Who works nowhere yet lies outside every fence; whoever knows the code may add its owner.
        await using var all = access.OpenForSystem("find a person by user code");
        var person = await all.People.SingleOrDefaultAsync(found => found.UserCode == code && found.DeactivatedAt == null, cancellationToken);
        return person?.Id ?? throw new Refused(PeopleRefusals.Unknown);
    }
}
