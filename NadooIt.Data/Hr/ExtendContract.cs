using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>Gives a running contract a later last day. Roles with a last day of their own keep it.</summary>
public sealed class ExtendContract(Access access, TimeProvider clock)
{
    /// <summary>Which contract, and until when.</summary>
    /// <param name="Contract">The contract.</param>
    /// <param name="EndsOn">The new last day; null for an open end.</param>
    /// <param name="Reason">Why, 1 to 500 characters.</param>
    /// <param name="Version">The version that the caller saw.</param>
    public sealed record Input(EmployeeContractId Contract, DateOnly? EndsOn, string Reason, uint Version);

    /// <summary>Prolongs.</summary>
    /// <exception cref="Refused">
    /// The last touch of the key is not fresh; it is out of reach, the caller's own, over or changed meanwhile; the day is
    /// not later, later than the caller's own right, or another contract begins before it.
    /// </exception>
    public async Task RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenBeyondAsync(Ability.AddEmployees, "prolong a contract", cancellationToken);
        var (me, now, grants) = (access.Caller.Person, clock.GetUtcNow(), db.Fence.Grants);
        await db.RequireFreshTouchAsync(access.Caller, now, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var contract = await db.EmployeeContracts.SingleOrDefaultAsync(found => found.Id == input.Contract, cancellationToken);
        if (contract is null || !grants.Of(Ability.AddEmployees).Includes(contract.CustomerId))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        if (contract.PersonId == me)
        {
            throw new Refused(HrRefusals.NotToOneself);
        }

        if (PeriodExtension.IsLater(input.EndsOn, grants.Until(Ability.AddEmployees, contract.CustomerId)))
        {
            throw new Refused(HrRefusals.EndTooLate, grants.Until(Ability.AddEmployees, contract.CustomerId)!.Value);
        }

        db.Expect(contract, input.Version);
        await db.AdvisoryLockAsync(Locks.Employment(contract.CustomerId, contract.PersonId), cancellationToken);
        var others = await db.EmployeeContracts
            .Where(other => other.PersonId == contract.PersonId && other.CustomerId == contract.CustomerId && other.Id != contract.Id && other.DeactivatedAt == null)
            .ToListAsync(cancellationToken);
        if (others.Any(other => other.Overlaps(contract.StartsOn, input.EndsOn)))
        {
            throw new Refused(HrRefusals.AlreadyEmployed);
        }

        var under = grants.Why(Ability.AddEmployees, contract.CustomerId).OrderBy(grant => grant.Customer is null).First().Contract;
        db.Add(contract.Extend(input.EndsOn, new RoleGift(me, under, input.Reason, now)));
        await db.FinishRenewalsAsync(contract.Id.Value, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
