using Microsoft.Extensions.Logging;
using NadooIt.Data.Executions;
using NadooIt.Domain.Hr;

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
/// <remarks>
/// A context is made closed. On its connection, which was told nothing yet, the caller's own standing is read, and then it is
/// opened: one connection for both. So whoever holds a context asks its <see cref="Fence.Grants"/>, and not the door again.
/// </remarks>
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
        var guess = user.Caller is null ? ToldFence.Nothing : database.FenceGuesses.Of(user.Caller, ability);
        var opened = await OpenAsync(database.Create(Fence.Closed), guess, standing => FenceOf(ability, standing), cancellationToken);
        if (user.Caller is not { IsTest: true } caller)
        {
            if (!opened.IsFenceTold)
            {
                database.FenceGuesses.Keep(Caller, ability, opened.Fence);
            }

            return opened;
        }

        // The connection of people goes back before others are taken.
        await opened.DisposeAsync();
        await new TestLedger(database, clock).PrepareAsync(caller.ApiKey!.Value, cancellationToken);
        return database.CreateForTest(opened.Fence);
    }

    /// <summary>
    /// Opens a context for one ability in which everything is inside, for what touches at once what lies beyond the
    /// caller's reach, such as a notice to somebody else. Whoever opens it asks <see cref="Fence.Grants"/> himself whether
    /// the caller may do it there; the caller, the ability and the purpose are audited.
    /// </summary>
    /// <exception cref="NotSignedIn">Nobody is signed in.</exception>
    /// <exception cref="AccessDenied">The caller holds the ability nowhere.</exception>
    internal Task<NadooItDb> OpenBeyondAsync(Ability ability, string purpose, CancellationToken cancellationToken) => OpenAsync(
        database.CreateClosedForSystem(),
        ToldFence.Nothing,
        standing => FenceOf(ability, standing) with { Purpose = purpose, Reach = new Reach(true, []), AllPeople = true },
        cancellationToken);

    /// <summary>What a context shows, with the executions and the ledger of the test ledger.</summary>
    internal NadooItDb TestLedgerOf(NadooItDb db) => database.CreateForTest(db.Fence);

    /// <summary>Opens a context in which a key sees itself, its owner and the customer at which it works.</summary>
    /// <exception cref="NotSignedIn">No key calls, or it does not count any more.</exception>
    internal Task<NadooItDb> OpenForKeyAsync(CancellationToken cancellationToken) => user.Caller?.ApiKey is null
        ? throw new NotSignedIn()
        : OpenAsync(
            database.Create(Fence.Closed),
            ToldFence.Nothing,
            standing => new Fence(Ability.ManageOwnAccount, null, user.Caller, standing.Own, false) { Grants = standing.Grants },
            cancellationToken);

    /// <summary>Opens a context without a fence, for work that no person does; the purpose is logged and audited.</summary>
    internal NadooItDb OpenForSystem(string purpose)
    {
        logger.LogDebug("Opened for the system: {Purpose}", purpose);
        return database.Create(Fence.System(purpose) with { Caller = user.Caller });
    }

    /// <summary>The caller, for rules that need the actor.</summary>
    /// <exception cref="NotSignedIn">Nobody is signed in.</exception>
    internal Caller Caller => user.Caller ?? throw new NotSignedIn();

    private Fence FenceOf(Ability ability, Standing standing)
    {
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

    /// <summary>Opens a closed context; where the door refuses, its connection goes back.</summary>
    private async Task<NadooItDb> OpenAsync(NadooItDb closed, ToldFence guess, Func<Standing, Fence> fenceOf, CancellationToken cancellationToken)
    {
        try
        {
            closed.Open(fenceOf(await StandingAsync(closed, guess, cancellationToken) ?? throw new NotSignedIn()));
            return closed;
        }
        catch
        {
            await closed.DisposeAsync();
            throw;
        }
    }

    private async Task<Standing?> StandingAsync(CancellationToken cancellationToken)
    {
        await using var db = database.Create(Fence.Closed);
        return await StandingAsync(db, ToldFence.Nothing, cancellationToken);
    }

    private async Task<Standing?> StandingAsync(NadooItDb closed, ToldFence guess, CancellationToken cancellationToken) =>
        user.Caller is { } caller ? await closed.ReadStandingAsync(caller, clock.GetUtcNow(), guess, cancellationToken) : null;
}
