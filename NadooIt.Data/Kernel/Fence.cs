using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Kernel;

/// <summary>What an opened context shows and lets be written.</summary>
/// <param name="Ability">The ability that opened it; null for the system.</param>
/// <param name="Purpose">What the system does; null for a person.</param>
/// <param name="Caller">Who opened it; null for the system.</param>
/// <param name="Reach">The customers inside the fence.</param>
/// <param name="AllPeople">Whether other people's own records are inside too.</param>
internal sealed record Fence(Ability? Ability, string? Purpose, Caller? Caller, Reach Reach, bool AllPeople)
{
    /// <summary>Nothing is inside; what a context shows that nobody opened.</summary>
    public static readonly Fence Closed = new(null, null, null, Reach.Nowhere, false);

    /// <summary>What the caller's contracts grant, to name the contract under which something was done.</summary>
    public Grants Grants { get; init; } = Grants.None;

    public bool IsOpen => Ability is not null || Purpose is not null;

    /// <summary>Shared records may be read inside any fence, but written only by platform abilities and the system.</summary>
    public bool WritesShared => Purpose is not null || (Ability is { } ability && Roles.IsOperatorAbility(ability));

    /// <summary>The contract through which the caller holds the ability of this fence at a customer; null where no contract was needed.</summary>
    public EmployeeContractId? ContractAt(CustomerId customer) =>
        Ability is { } ability ? Grants.Why(ability, customer).Select(grant => (EmployeeContractId?)grant.Contract).FirstOrDefault() : null;

    public static Fence System(string purpose) => new(null, purpose, null, new Reach(true, []), true);
}
