using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Hr;

/// <summary>
/// A person works for a customer in a period. At most one running contract per person and customer; only a running
/// contract grants anything. An ended contract stays as it was; working again takes a new one.
/// </summary>
public sealed class EmployeeContract : ICustomerOwned
{
    /// <summary>Longest reason, in characters.</summary>
    public const int LongestReason = 500;

    private readonly List<RoleContract> roles = [];

    private EmployeeContract()
    {
    }

    /// <summary>Identifier.</summary>
    public EmployeeContractId Id { get; private set; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private set; }

    /// <summary>Who works for the customer.</summary>
    public PersonId PersonId { get; private set; }

    /// <summary>First day, in Europe/Berlin.</summary>
    public DateOnly StartsOn { get; private set; }

    /// <summary>Last day, in Europe/Berlin; null for an open end.</summary>
    public DateOnly? EndsOn { get; private set; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Who created it.</summary>
    public PersonId CreatedBy { get; private set; }

    /// <summary>When it was deactivated; null while it is active.</summary>
    public DateTimeOffset? DeactivatedAt { get; private set; }

    /// <summary>Who deactivated it.</summary>
    public PersonId? DeactivatedBy { get; private set; }

    /// <summary>Why it was deactivated.</summary>
    public string? DeactivationReason { get; private set; }

    /// <summary>The roles that hang on it, ended ones included.</summary>
    public IReadOnlyList<RoleContract> Roles => roles;

    /// <summary>Begins a contract on the given day.</summary>
    /// <exception cref="Refused">The end lies before the start.</exception>
    public static EmployeeContract Begin(CustomerId customer, PersonId person, DateOnly startsOn, DateOnly? endsOn, PersonId createdBy, DateTimeOffset now) => new()
    {
        Id = NewId.At<EmployeeContractId>(now),
        CustomerId = customer,
        PersonId = person,
        StartsOn = startsOn,
        EndsOn = endsOn is null || endsOn >= startsOn ? endsOn : throw new Refused(HrRefusals.PeriodInvalid),
        CreatedAt = now,
        CreatedBy = createdBy,
    };

    /// <summary>Whether it is active, has started and has not ended on this business day.</summary>
    public bool IsRunningOn(DateOnly day) => StateOn(day, StartsOn, EndsOn, DeactivatedAt) is ContractState.Running;

    /// <summary>Where the contract stands on a business day.</summary>
    public static ContractState StateOn(DateOnly day, DateOnly startsOn, DateOnly? endsOn, DateTimeOffset? deactivatedAt) => deactivatedAt switch
    {
        not null => ContractState.Ended,
        null when startsOn > day => ContractState.NotStarted,
        null when endsOn < day => ContractState.Expired,
        null => ContractState.Running,
    };

    /// <summary>Whether the contract, unless ended early, shares a day with this period.</summary>
    public bool Overlaps(DateOnly startsOn, DateOnly? endsOn) =>
        DeactivatedAt is null && (EndsOn is null || startsOn <= EndsOn) && (endsOn is null || StartsOn <= endsOn);

    /// <summary>Ends the contract and every role that hangs on it, at once.</summary>
    /// <exception cref="Refused">It has ended already, or no reason is given.</exception>
    public void Deactivate(PersonId by, string reason, DateTimeOffset now)
    {
        if (DeactivatedAt is not null)
        {
            throw new Refused(HrRefusals.ContractEnded);
        }

        DeactivatedAt = now;
        DeactivatedBy = by;
        DeactivationReason = Reason.Valid(reason);
        foreach (var role in roles.Where(role => role.EndedAt is null))
        {
            role.End(by, DeactivationReason, now);
        }
    }

    /// <summary>Gives the contract a later last day.</summary>
    /// <param name="endsOn">The new last day; null for an open end.</param>
    /// <param name="gift">By whom, under which contract, why and when.</param>
    /// <exception cref="Refused">It does not run on that day, has an open end, or the day is not later.</exception>
    public PeriodExtension Extend(DateOnly? endsOn, RoleGift gift)
    {
        if (!IsRunningOn(BusinessTime.DayOf(gift.At)))
        {
            throw new Refused(HrRefusals.ContractEnded);
        }

        var extension = Extension(null, EndsOn, endsOn, gift);
        EndsOn = endsOn;
        return extension;
    }

    /// <summary>Gives a role a later last day.</summary>
    /// <param name="id">The role contract.</param>
    /// <param name="endsOn">The new last day; null for as long as the contract.</param>
    /// <param name="gift">By whom, under which contract, why and when.</param>
    /// <exception cref="Refused">It or its contract does not run on that day, has no last day of its own, or the day is not later.</exception>
    public PeriodExtension Extend(RoleContractId id, DateOnly? endsOn, RoleGift gift)
    {
        var today = BusinessTime.DayOf(gift.At);
        var role = roles.First(held => held.Id == id);
        if (!IsRunningOn(today) || !role.IsRunningOn(today))
        {
            throw new Refused(HrRefusals.ContractEnded);
        }

        var extension = Extension(id, role.EndsOn, endsOn, gift);
        role.Prolong(endsOn);
        return extension;
    }

    private PeriodExtension Extension(RoleContractId? role, DateOnly? before, DateOnly? after, RoleGift gift) =>
        PeriodExtension.IsLater(after, before)
            ? new(NewId.At<PeriodExtensionId>(gift.At), CustomerId, Id, role, before!.Value, after, gift.By, gift.Under, Reason.Valid(gift.Reason), gift.At)
            : throw new Refused(HrRefusals.PeriodInvalid);

    /// <summary>
    /// Gives a role, or adds abilities to the one that is running; never twice the same. A role that was ended is not
    /// revived: a new one begins.
    /// </summary>
    /// <returns>The running role with the abilities added.</returns>
    /// <exception cref="Refused">The contract does not run today, or the role knows no such ability.</exception>
    public RoleContract Give(Role role, IEnumerable<Ability> abilities, RoleGift gift)
    {
        var today = BusinessTime.DayOf(gift.At);
        if (!IsRunningOn(today))
        {
            throw new Refused(HrRefusals.ContractEnded);
        }

        var running = roles.FirstOrDefault(held => held.Role == role && held.IsRunningOn(today));
        if (running is null)
        {
            running = RoleContract.Begin(this, role, gift);
            roles.Add(running);
        }

        running.Add(abilities, gift);
        return running;
    }
}

/// <summary>Where an employee contract stands. Computed, never stored.</summary>
public enum ContractState
{
    /// <summary>It runs and grants.</summary>
    Running,

    /// <summary>Its first day is still to come.</summary>
    NotStarted,

    /// <summary>Its last day has passed.</summary>
    Expired,

    /// <summary>Somebody ended it.</summary>
    Ended,
}

/// <summary>The circumstances under which a role is given.</summary>
/// <param name="By">Who gives it.</param>
/// <param name="Under">The giver's contract that allows it; null only at set-up.</param>
/// <param name="Reason">Why, 1 to 500 characters.</param>
/// <param name="At">When.</param>
/// <param name="EndsOn">Last day of the role, in Europe/Berlin; null for as long as the contract.</param>
public sealed record RoleGift(PersonId By, EmployeeContractId? Under, string Reason, DateTimeOffset At, DateOnly? EndsOn = null);

/// <summary>Reasons are asked for wherever something is given, ended or corrected.</summary>
public static class Reason
{
    /// <summary>The reason without surrounding blanks.</summary>
    /// <exception cref="Refused">It is empty or longer than 500 characters.</exception>
    public static string Valid(string text)
    {
        var reason = text.Trim();
        return reason.Length is > 0 and <= EmployeeContract.LongestReason ? reason : throw new Refused(HrRefusals.ReasonInvalid);
    }
}

/// <summary>What the Hr module refuses.</summary>
public static class HrRefusals
{
    /// <summary>The end lies before the start.</summary>
    public static readonly Refusal PeriodInvalid = new("contract.period_invalid", RefusalKind.Invalid);

    /// <summary>The contract or role has ended, or has not started; it is not revived silently.</summary>
    public static readonly Refusal ContractEnded = new("contract.ended", RefusalKind.Conflict);

    /// <summary>The person has a running contract with this customer already.</summary>
    public static readonly Refusal AlreadyEmployed = new("contract.already_running", RefusalKind.Conflict);

    /// <summary>There is no running contract with that customer.</summary>
    public static readonly Refusal NotRunning = new("contract.not_running", RefusalKind.NotAllowed);

    /// <summary>No reason, or longer than 500 characters.</summary>
    public static readonly Refusal ReasonInvalid = new("common.reason_invalid", RefusalKind.Invalid);

    /// <summary>The role does not know this ability, or does not exist at this customer.</summary>
    public static readonly Refusal AbilityNotOfRole = new("role.ability_unknown", RefusalKind.Invalid);

    /// <summary>Nobody gives a role to himself.</summary>
    public static readonly Refusal NotToOneself = new("role.not_to_oneself", RefusalKind.NotAllowed);

    /// <summary>The giver may not give this role at this customer.</summary>
    public static readonly Refusal MayNotGive = new("role.may_not_give", RefusalKind.NotAllowed);

    /// <summary>The giver may not give this ability at this customer, since he does not hold it there.</summary>
    public static readonly Refusal AbilityNotHeld = new("role.ability_not_held", RefusalKind.NotAllowed);

    /// <summary>The role, or an ability added to it, would last longer than the contract or the giver's own right.</summary>
    public static readonly Refusal EndTooLate = new("role.end_too_late", RefusalKind.Invalid);

    /// <summary>At least one key manager who can register people must remain.</summary>
    public static readonly Refusal LastKeyManager = new("role.last_key_manager", RefusalKind.Conflict);
}
