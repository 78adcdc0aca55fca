using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Hr;

/// <summary>
/// Gives a role, or adds abilities to the one that is held: only at the same customer, only abilities that the giver
/// holds there himself, never to himself, never longer than his own right. Giving again adds, it never duplicates.
/// </summary>
public sealed class GiveRole(Access access, TimeProvider clock)
{
    /// <summary>Who gets what, where and why.</summary>
    /// <param name="UserCode">Code of the receiver, as typed.</param>
    /// <param name="Customer">Where; the receiver needs a running contract there.</param>
    /// <param name="Role">Which role.</param>
    /// <param name="Abilities">Which of its abilities; may be empty, then it only lets view.</param>
    /// <param name="Reason">Why, 1 to 500 characters.</param>
    /// <param name="EndsOn">Last day; null for as long as the contract and the giver's own right. Ignored for a role that is held already.</param>
    public sealed record Input(string UserCode, CustomerId Customer, Role Role, IReadOnlyCollection<Ability> Abilities, string Reason, DateOnly? EndsOn = null);

    /// <summary>What came of it.</summary>
    /// <param name="RoleContract">The running role.</param>
    /// <param name="IsNew">Whether the role was not held before.</param>
    /// <param name="Added">The abilities that are new.</param>
    public sealed record Result(RoleContractId RoleContract, bool IsNew, IReadOnlyList<Ability> Added);

    /// <summary>Gives.</summary>
    /// <exception cref="Refused">The last touch of the giver's key is not fresh, no running contract of the receiver there, not the giver's to give, or too long; or the receiver has a key that the role does not take.</exception>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        if (!Enum.IsDefined(input.Role))
        {
            throw new Refused(HrRefusals.AbilityNotOfRole);
        }

        if (!UserCode.TryParse(input.UserCode, out var code))
        {
            throw new Refused(PeopleRefusals.UserCodeInvalid);
        }

        var give = Roles.Of(input.Role).Give;
        await using var db = await access.OpenAsync(give, cancellationToken);
        var now = clock.GetUtcNow();
        var me = access.Caller.Person;
        await db.RequireFreshTouchAsync(access.Caller, now, cancellationToken);
        var customer = await db.Customers.SingleOrDefaultAsync(found => found.Id == input.Customer, cancellationToken)
            ?? throw new Refused(CommonRefusals.NotFound);

        // Somebody without a contract there is answered like somebody whose contract has ended.
        var receiver = await db.EmployeeContracts
            .Where(contract => contract.CustomerId == customer.Id && db.People.Any(person => person.Id == contract.PersonId && person.UserCode == code))
            .OrderByDescending(contract => contract.StartsOn).ThenByDescending(contract => contract.Id)
            .ToListAsync(cancellationToken);
        var running = receiver.FirstOrDefault(contract => contract.IsRunningOn(BusinessTime.DayOf(now))) ?? throw new Refused(HrRefusals.NotRunning);
        var grants = db.Fence.Grants;
        GivingRoles.Check(grants, me, running.PersonId, input.Role, input.Abilities, customer.Id, customer.IsOperator);

        await access.RequireFittingKeysAsync(running.PersonId, [input.Role], cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.AdvisoryLockAsync(Locks.RolesOn(running.Id), cancellationToken);
        var result = await RoleGiving.GiveAsync(db, running, input, grants, me, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
