using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Hr;

/// <summary>A role that hangs on an employee contract: who gave it, under which contract, why, when and until when.</summary>
public sealed class RoleContract : ICustomerOwned
{
    private readonly List<RoleAbility> abilities = [];

    private RoleContract()
    {
    }

    /// <summary>Identifier.</summary>
    public RoleContractId Id { get; private set; }

    /// <summary>The contract it hangs on.</summary>
    public EmployeeContractId EmployeeContractId { get; private set; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private set; }

    /// <summary>Which role.</summary>
    public Role Role { get; private set; }

    /// <summary>First day, in Europe/Berlin.</summary>
    public DateOnly StartsOn { get; private set; }

    /// <summary>Last day, in Europe/Berlin; null for as long as the contract.</summary>
    public DateOnly? EndsOn { get; private set; }

    /// <summary>Who gave it.</summary>
    public PersonId GivenBy { get; private set; }

    /// <summary>The giver's contract that allowed it; null at set-up.</summary>
    public EmployeeContractId? GivenUnder { get; private set; }

    /// <summary>When it was given.</summary>
    public DateTimeOffset GivenAt { get; private set; }

    /// <summary>Why it was given.</summary>
    public string GivenReason { get; private set; } = "";

    /// <summary>When it was ended before its time; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Who ended it.</summary>
    public PersonId? EndedBy { get; private set; }

    /// <summary>Why it was ended.</summary>
    public string? EndReason { get; private set; }

    /// <summary>The abilities beyond viewing, each with its giver.</summary>
    public IReadOnlyList<RoleAbility> Abilities => abilities;

    /// <summary>Whether it grants anything on this business day, its employee contract running too.</summary>
    public bool IsRunningOn(DateOnly day) => IsRunningOn(day, StartsOn, EndsOn, EndedAt);

    /// <summary>Whether a role with these days and this end grants anything on a business day.</summary>
    public static bool IsRunningOn(DateOnly day, DateOnly startsOn, DateOnly? endsOn, DateTimeOffset? endedAt) =>
        endedAt is null && startsOn <= day && (endsOn is null || day <= endsOn);

    /// <summary>Ends the role at once.</summary>
    /// <exception cref="Refused">It has ended already, or no reason is given.</exception>
    public void End(PersonId by, string reason, DateTimeOffset now)
    {
        if (EndedAt is not null)
        {
            throw new Refused(HrRefusals.ContractEnded);
        }

        EndReason = Reason.Valid(reason);
        EndedAt = now;
        EndedBy = by;
    }

    /// <summary>Takes one ability away; the role goes on with the others, and with what it lets view.</summary>
    /// <returns>What was taken, to be kept.</returns>
    /// <exception cref="Refused">The role has ended or does not hold the ability, or no reason is given.</exception>
    public TakenAbility Take(Ability ability, PersonId by, string reason, DateTimeOffset now)
    {
        var held = abilities.Find(given => given.Ability == ability);
        if (EndedAt is not null || held is null)
        {
            throw new Refused(HrRefusals.ContractEnded);
        }

        var taken = new TakenAbility(NewId.At<TakenAbilityId>(now), CustomerId, Id, ability, held.GivenBy, held.GivenAt, by, now, Reason.Valid(reason));
        abilities.Remove(held);
        return taken;
    }

    internal void Prolong(DateOnly? endsOn) => EndsOn = endsOn;

    internal static RoleContract Begin(EmployeeContract contract, Role role, RoleGift gift) => new()
    {
        Id = NewId.At<RoleContractId>(gift.At),
        EmployeeContractId = contract.Id,
        CustomerId = contract.CustomerId,
        Role = role,
        StartsOn = BusinessTime.DayOf(gift.At),
        EndsOn = gift.EndsOn,
        GivenBy = gift.By,
        GivenUnder = gift.Under,
        GivenAt = gift.At,
        GivenReason = Reason.Valid(gift.Reason),
    };

    internal void Add(IEnumerable<Ability> given, RoleGift gift)
    {
        var known = Roles.Of(Role).Abilities;
        foreach (var ability in given.Distinct())
        {
            if (!known.Contains(ability))
            {
                throw new Refused(HrRefusals.AbilityNotOfRole);
            }

            if (abilities.All(held => held.Ability != ability))
            {
                abilities.Add(new RoleAbility(Id, CustomerId, ability, gift.By, gift.Under, gift.At));
            }
        }
    }
}

/// <summary>One ability of a role contract, with who gave it, under which contract and when.</summary>
public sealed record RoleAbility(
    RoleContractId RoleContractId,
    CustomerId CustomerId,
    Ability Ability,
    PersonId GivenBy,
    EmployeeContractId? GivenUnder,
    DateTimeOffset GivenAt) : ICustomerOwned;
