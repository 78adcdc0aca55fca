using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using NadooIt.Data.Executions;
using NadooIt.Data.Hr;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Kernel;

/// <summary>Nobody is signed in, or the session or key has ended in the meantime.</summary>
public sealed class NotSignedIn() : Exception("Nobody is signed in.");

/// <summary>The caller holds the ability nowhere.</summary>
public sealed class AccessDenied(Ability ability) : Exception($"The ability {ability} is missing.")
{
    /// <summary>What is missing.</summary>
    public Ability Ability { get; } = ability;
}

/// <summary>
/// The door: the only way to a database context. Whoever opens it says which ability is exercised, and gets a context
/// that contains only the customers for which a running contract grants that ability. Contracts, session and key are
/// read anew each time, so what was revoked counts at the next click, in open pages too.
/// </summary>
public sealed class Access(NadooItDatabase database, CurrentUser user, TimeProvider clock, ILogger<Access> logger)
{
    /// <summary>Everything that the caller may do at this moment; nothing for somebody who is not signed in.</summary>
    public async Task<Grants> GrantsAsync(CancellationToken cancellationToken)
    {
        var standing = await StandingAsync(cancellationToken);
        return standing?.Grants ?? Grants.None;
    }

    /// <summary>Whether the caller's session or key, and the person behind it, still count.</summary>
    public async Task<bool> IsSignedInAsync(CancellationToken cancellationToken) =>
        await StandingAsync(cancellationToken) is not null;

    /// <summary>Opens a context for one ability.</summary>
    /// <exception cref="NotSignedIn">Nobody is signed in.</exception>
    /// <exception cref="AccessDenied">The caller holds the ability nowhere.</exception>
    internal async Task<NadooItDb> OpenAsync(Ability ability, CancellationToken cancellationToken)
    {
        var fence = await FenceAsync(ability, cancellationToken);
        if (user.Caller is not { IsTest: true } caller)
        {
            return database.Create(fence);
        }

        await new TestLedger(database, clock).PrepareAsync(caller.ApiKey!.Value, cancellationToken);
        return database.CreateForTest(fence);
    }

    /// <summary>
    /// Opens a context for one ability in which everything is inside, for what touches at once what lies beyond the
    /// caller's reach, such as a notice to somebody else. Whoever opens it asks <see cref="Fence.Grants"/> himself whether
    /// the caller may do it there; the caller, the ability and the purpose are audited.
    /// </summary>
    /// <exception cref="NotSignedIn">Nobody is signed in.</exception>
    /// <exception cref="AccessDenied">The caller holds the ability nowhere.</exception>
    internal async Task<NadooItDb> OpenBeyondAsync(Ability ability, string purpose, CancellationToken cancellationToken)
    {
        var fence = await FenceAsync(ability, cancellationToken);
        return database.Create(fence with { Purpose = purpose, Reach = new Reach(true, []), AllPeople = true });
    }

    /// <summary>What a context shows, with the executions and the ledger of the test ledger.</summary>
    internal NadooItDb TestLedgerOf(NadooItDb db) => database.CreateForTest(db.Fence);

    /// <summary>Opens a context in which a key sees itself, its owner and the customer at which it works.</summary>
    /// <exception cref="NotSignedIn">No key calls, or it does not count any more.</exception>
    internal async Task<NadooItDb> OpenForKeyAsync(CancellationToken cancellationToken)
    {
        var standing = user.Caller?.ApiKey is null ? null : await StandingAsync(cancellationToken);
        return standing is null
            ? throw new NotSignedIn()
            : database.Create(new Fence(Ability.ManageOwnAccount, null, user.Caller, standing.Own, false));
    }

    /// <summary>Opens a context without a fence, for work that no person does; the purpose is logged and audited.</summary>
    internal NadooItDb OpenForSystem(string purpose)
    {
        logger.LogDebug("Opened for the system: {Purpose}", purpose);
        return database.Create(Fence.System(purpose) with { Caller = user.Caller });
    }

    /// <summary>The caller, for rules that need the actor.</summary>
    /// <exception cref="NotSignedIn">Nobody is signed in.</exception>
    internal Caller Caller => user.Caller ?? throw new NotSignedIn();

    private async Task<Fence> FenceAsync(Ability ability, CancellationToken cancellationToken)
    {
        var standing = await StandingAsync(cancellationToken) ?? throw new NotSignedIn();
        var reach = ability == Ability.ManageOwnAccount ? standing.Own : standing.Grants.Of(ability);
        // A key works for its owner; the owner's account is not its business.
        var isRefused = ability == Ability.ManageOwnAccount ? user.Caller!.ApiKey is not null : !reach.IsSomewhere;
        if (isRefused)
        {
            logger.LogWarning("Refused {Ability} to {Person}", ability, user.Caller!.Person);
            throw new AccessDenied(ability);
        }

        var seesPeople = ability is Ability.ViewKeys or Ability.CreateKeys or Ability.DeleteKeys or Ability.CreateKeyManagers or Ability.DeleteKeyManagers;
        return new Fence(ability, null, user.Caller, reach, seesPeople) { Grants = standing.Grants };
    }

    private async Task<Standing?> StandingAsync(CancellationToken cancellationToken)
    {
        if (user.Caller is not { } caller)
        {
            return null;
        }

        await using var db = database.Create(Fence.System("read the caller's contracts"));
        return await Standing.ReadAsync(db, caller, clock.GetUtcNow(), cancellationToken);
    }
}

/// <summary>What counts for a caller right now.</summary>
/// <param name="Grants">What the running contracts grant, narrowed to the key if a key calls.</param>
/// <param name="Own">
/// The customers of all own contracts, ended ones included, for the own profile; for a key the customer at which it works.
/// </param>
internal sealed record Standing(Grants Grants, Reach Own)
{
    public static async Task<Standing?> ReadAsync(NadooItDb db, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // One statement, since every page asks it several times.
        var read = await db.People.AsNoTracking()
            .Where(person => person.Id == caller.Person && person.DeactivatedAt == null
                && (caller.Session == null || db.Sessions.Any(session => session.Id == caller.Session && session.PersonId == caller.Person && session.EndedAt == null && session.ExpiresAt > now)))
            .Select(person => new
            {
                Contracts = db.EmployeeContracts.Where(contract => contract.PersonId == person.Id)
                    .Include(contract => contract.Roles).ThenInclude(role => role.Abilities).OrderBy(contract => contract.Id)
                    .Select(contract => new { Contract = contract, IsOfOperator = db.Customers.Any(customer => customer.Id == contract.CustomerId && customer.IsOperator) })
                    .ToList(),
            })
            .SingleOrDefaultAsync(cancellationToken);
        if (read is null)
        {
            return null;
        }

        var contracts = read.Contracts.Select(held => held.Contract).ToList();
        var operators = read.Contracts.Where(held => held.IsOfOperator).Select(held => held.Contract.CustomerId).ToList();
        var today = BusinessTime.DayOf(now);
        var grants = HeldContracts.GrantsOf(contracts, operators, today);
        var own = new Reach(false, [.. contracts.Select(contract => contract.CustomerId).Distinct()]);

        if (caller.ApiKey is { } keyId)
        {
            var key = await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(candidate => candidate.Id == keyId, cancellationToken);
            return key is not null && key.OwnerId == caller.Person && key.IsTest == caller.IsTest && key.IsValidAt(now)
                ? new Standing(grants.NarrowedTo(key.Abilities, key.CustomerId), new Reach(false, [key.CustomerId]))
                : null;
        }

        return new Standing(grants, own);
    }
}
