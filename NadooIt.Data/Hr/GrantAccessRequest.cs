using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Hr;

/// <summary>Gives what somebody asked for, by the rule by which roles are given; the asker is told.</summary>
public sealed class GrantAccessRequest(Access access, TimeProvider clock)
{
    /// <summary>Which request, and how it is granted.</summary>
    /// <param name="Request">The request.</param>
    /// <param name="Ability">What it asks for; it decides which ability is needed to give it.</param>
    /// <param name="Reason">Why it is given, 1 to 500 characters.</param>
    /// <param name="EndsOn">Last day of a new role; null for as long as the contract and the giver's own right.</param>
    public sealed record Input(AccessRequestId Request, Ability Ability, string Reason, DateOnly? EndsOn = null);

    /// <summary>Gives; what the asker has come to hold meanwhile is not given twice.</summary>
    /// <exception cref="Refused">
    /// The last touch of the giver's key is not fresh, the request is out of reach or not open any more, the asker's
    /// contract has ended, the gift is not the giver's to give, or the asker has a key that the role does not take.
    /// </exception>
    public async Task<GiveRole.Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        var role = Roles.Carrying(input.Ability) ?? throw new Refused(AccessRequestRefusals.NotToBeGiven);
        await using var db = await access.OpenBeyondAsync(role.Give, "grant a request", cancellationToken);
        var (me, now) = (access.Caller.Person, clock.GetUtcNow());
        await db.RequireFreshTouchAsync(access.Caller, now, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var request = await db.ToDecideAsync(input.Request, input.Ability, cancellationToken);
        request.Grant(me, now);

        var today = BusinessTime.DayOf(now);
        var contract = await db.EmployeeContracts.SingleOrDefaultAsync(
            found => found.PersonId == request.PersonId && found.CustomerId == request.CustomerId
                && found.DeactivatedAt == null && found.StartsOn <= today && (found.EndsOn == null || found.EndsOn >= today),
            cancellationToken) ?? throw new Refused(HrRefusals.NotRunning);
        List<Ability> abilities = role.View.Contains(request.Ability) ? [] : [request.Ability];
        var grants = db.Fence.Grants;
        GivingRoles.Check(grants, me, request.PersonId, role.Role, abilities, request.CustomerId, request.CustomerId == await db.OperatorIdAsync(cancellationToken));

        await access.RequireFittingKeysAsync(request.PersonId, [role.Role], cancellationToken);
        await db.AdvisoryLockAsync(Locks.RolesOn(contract.Id), cancellationToken);
        var gift = new GiveRole.Input("", request.CustomerId, role.Role, abilities, input.Reason, input.EndsOn);
        var result = await RoleGiving.GiveAsync(db, contract, gift, grants, me, now, cancellationToken);
        await db.FinishNoticesAsync(request, now, cancellationToken);
        await db.TellAskerAsync(request, NoticeKind.AccessGranted, await db.NamesAsync([me], cancellationToken), now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
