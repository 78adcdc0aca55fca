using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Audit;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Keys;

/// <summary>One person with her keys, and what would stop if she were deactivated.</summary>
public sealed class ReadPerson(Access access, TimeProvider clock)
{
    /// <summary>One key, in use or removed, and whether the person's roles take its model.</summary>
    public sealed record Key(SecurityKeyId Id, string Name, SecurityKeyKind Kind, string? Model, bool Fits, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RemovedAt, KeyRemoval? Removal);

    /// <summary>The recovery that is open: who proposed and who confirmed it, and from when on its proposer may confirm it alone.</summary>
    public sealed record Recovery(KeyRecoveryState State, string Reason, PersonId Proposer, string ProposedBy, DateTimeOffset ProposedAt, DateTimeOffset AloneFrom, DateTimeOffset ExpiresAt, string? ConfirmedBy);

    /// <summary>
    /// The person: how many browsers she is signed in with now, her running contracts, her API keys that are not revoked,
    /// and until when an enrolment link waits (null without one).
    /// </summary>
    public sealed record Result(
        PersonId Id, string DisplayName, UserCode UserCode, DateTimeOffset CreatedAt, DateTimeOffset? DeactivatedAt,
        IReadOnlyList<Key> Keys, int Sessions, int Contracts, int ApiKeys, DateTimeOffset? InvitedUntil, Recovery? Recovery, bool IsCaller);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">Nobody has this id.</exception>
    public async Task<Result> RunAsync(PersonId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewKeys, cancellationToken);
        var now = clock.GetUtcNow();
        var today = BusinessTime.DayOf(now);
        var person = await db.People.AsNoTracking().SingleOrDefaultAsync(person => person.Id == id, cancellationToken)
            ?? throw new Refused(PeopleRefusals.Unknown);
        if (id != access.Caller.Person)
        {
            await AuditTrail.AddReadingAsync(db, new(nameof(Person), id.ToString(), await db.OperatorIdAsync(cancellationToken)), now, cancellationToken);
        }

        var policy = await db.KeyPolicyOfAsync(id, today, cancellationToken);
        var stored = await db.SecurityKeys.AsNoTracking().Where(key => key.PersonId == id).OrderBy(key => key.Id).ToListAsync(cancellationToken);
        var keys = stored.Select(key => new Key(
            key.Id, key.Name, key.Kind, KnownKeyModels.NameOf(key.AuthenticatorModel), key.RemovedAt is not null || policy.Fits(key.AuthenticatorModel),
            key.CreatedAt, key.LastUsedAt, key.RemovedAt, key.Removal)).ToList();
        var invitedUntil = await db.Enrolments
            .Where(enrolment => enrolment.PersonId == id && enrolment.UsedAt == null && enrolment.WithdrawnAt == null && enrolment.ExpiresAt > now)
            .MaxAsync(enrolment => (DateTimeOffset?)enrolment.ExpiresAt, cancellationToken);
        var sessions = await db.Sessions.CountAsync(session => session.PersonId == id && session.EndedAt == null && session.ExpiresAt > now, cancellationToken);
        var contracts = await db.EmployeeContracts.CountAsync(
            contract => contract.PersonId == id && contract.DeactivatedAt == null && contract.StartsOn <= today && (contract.EndsOn == null || contract.EndsOn >= today), cancellationToken);
        var apiKeys = await db.ApiKeys.CountAsync(key => key.OwnerId == id && key.RevokedAt == null, cancellationToken);
        var recovery = await db.OpenRecoveryAsync(id, now, cancellationToken);
        return new(person.Id, person.DisplayName, person.UserCode, person.CreatedAt, person.DeactivatedAt, keys, sessions, contracts, apiKeys, invitedUntil,
            recovery is null ? null : await DescribeAsync(db, recovery, now, cancellationToken), id == access.Caller.Person);
    }

    private static async Task<Recovery> DescribeAsync(NadooItDb db, KeyRecovery recovery, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var names = await db.PersonNames.Where(name => name.Id == recovery.ProposedBy || name.Id == recovery.ConfirmedBy)
            .ToDictionaryAsync(name => name.Id, name => name.DisplayName, cancellationToken);
        return new(
            recovery.StateAt(now), recovery.Reason, recovery.ProposedBy, names[recovery.ProposedBy], recovery.ProposedAt, recovery.AloneFrom,
            recovery.ExpiresAt, recovery.ConfirmedBy is { } confirmer ? names[confirmer] : null);
    }
}
