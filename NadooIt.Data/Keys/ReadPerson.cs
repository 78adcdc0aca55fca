using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Keys;

/// <summary>One person with her keys, and what would stop if she were deactivated.</summary>
public sealed class ReadPerson(Access access, TimeProvider clock)
{
    /// <summary>One key, in use or removed.</summary>
    public sealed record Key(SecurityKeyId Id, string Name, SecurityKeyKind Kind, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RemovedAt);

    /// <summary>
    /// The person: how many browsers she is signed in with now, her running contracts, her API keys that are not revoked,
    /// and until when an enrolment link waits (null without one).
    /// </summary>
    public sealed record Result(
        PersonId Id, string DisplayName, UserCode UserCode, DateTimeOffset CreatedAt, DateTimeOffset? DeactivatedAt,
        IReadOnlyList<Key> Keys, int Sessions, int Contracts, int ApiKeys, DateTimeOffset? InvitedUntil);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">Nobody has this id.</exception>
    public async Task<Result> RunAsync(PersonId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewKeys, cancellationToken);
        var now = clock.GetUtcNow();
        var today = BusinessTime.DayOf(now);
        var person = await db.People.AsNoTracking().SingleOrDefaultAsync(person => person.Id == id, cancellationToken)
            ?? throw new Refused(PeopleRefusals.Unknown);
        var keys = await db.SecurityKeys.Where(key => key.PersonId == id).OrderBy(key => key.Id)
            .Select(key => new Key(key.Id, key.Name, key.Kind, key.CreatedAt, key.LastUsedAt, key.RemovedAt))
            .ToListAsync(cancellationToken);
        var invitedUntil = await db.Enrolments
            .Where(enrolment => enrolment.PersonId == id && enrolment.UsedAt == null && enrolment.WithdrawnAt == null && enrolment.ExpiresAt > now)
            .MaxAsync(enrolment => (DateTimeOffset?)enrolment.ExpiresAt, cancellationToken);
        var sessions = await db.Sessions.CountAsync(session => session.PersonId == id && session.EndedAt == null && session.ExpiresAt > now, cancellationToken);
        var contracts = await db.EmployeeContracts.CountAsync(
            contract => contract.PersonId == id && contract.DeactivatedAt == null && contract.StartsOn <= today && (contract.EndsOn == null || contract.EndsOn >= today), cancellationToken);
        var apiKeys = await db.ApiKeys.CountAsync(key => key.OwnerId == id && key.RevokedAt == null, cancellationToken);
        return new(person.Id, person.DisplayName, person.UserCode, person.CreatedAt, person.DeactivatedAt, keys, sessions, contracts, apiKeys, invitedUntil);
    }
}
