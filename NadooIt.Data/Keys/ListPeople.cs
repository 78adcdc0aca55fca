using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.People;

namespace NadooIt.Data.Keys;

/// <summary>How far a person is with her keys.</summary>
public enum KeyStatus
{
    /// <summary>No key, and no link that waits.</summary>
    NoKey,

    /// <summary>No key yet, and a link that waits.</summary>
    Invited,

    /// <summary>At least one key.</summary>
    Active,

    /// <summary>May not sign in any more.</summary>
    Deactivated,
}

/// <summary>The inventory: every person with the state of her keys, one page of them.</summary>
public sealed class ListPeople(Access access, TimeProvider clock)
{
    /// <summary>Which people, in which order.</summary>
    /// <param name="Search">Part of the display name, or a user code; null or empty for all.</param>
    /// <param name="ShowDeactivated">Whether deactivated people are shown too.</param>
    /// <param name="Page">Which page, in which order: "name", "keys" or "created".</param>
    public sealed record Input(string? Search, bool ShowDeactivated, PageRequest Page);

    /// <summary>One person: how many keys she can sign in with, when one last did, whether an enrolment link waits.</summary>
    public sealed record Row(
        PersonId Id, string DisplayName, UserCode UserCode, DateTimeOffset CreatedAt, DateTimeOffset? DeactivatedAt, int Keys, DateTimeOffset? LastUsedAt, bool HasOpenInvitation)
    {
        /// <summary>Computed from the above.</summary>
        public KeyStatus Status =>
            DeactivatedAt is not null ? KeyStatus.Deactivated
            : Keys > 0 ? KeyStatus.Active
            : HasOpenInvitation ? KeyStatus.Invited
            : KeyStatus.NoKey;
    }

    /// <summary>Lists.</summary>
    public async Task<Page<Row>> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewKeys, cancellationToken);
        var now = clock.GetUtcNow();
        var people = db.People.Where(person => input.ShowDeactivated || person.DeactivatedAt == null);
        if (!string.IsNullOrWhiteSpace(input.Search))
        {
            var pattern = Like.Contains(input.Search);
            var isCode = UserCode.TryParse(input.Search, out var code);
            people = people.Where(person => EF.Functions.ILike(person.DisplayName, pattern, Like.Escape) || (isCode && person.UserCode == code));
        }

        var ordered = input.Page.Sort switch
        {
            "created" => people.Sorted(person => person.CreatedAt, input.Page),
            "keys" => people.Sorted(person => db.SecurityKeys.Count(key => key.PersonId == person.Id && key.RemovedAt == null), input.Page),
            _ => people.Sorted(person => person.DisplayName, input.Page),
        };
        return await ordered.ThenBy(person => person.Id)
            .Select(person => new Row(
                person.Id, person.DisplayName, person.UserCode, person.CreatedAt, person.DeactivatedAt,
                db.SecurityKeys.Count(key => key.PersonId == person.Id && key.RemovedAt == null),
                db.SecurityKeys.Where(key => key.PersonId == person.Id).Max(key => key.LastUsedAt),
                db.Enrolments.Any(enrolment => enrolment.PersonId == person.Id && enrolment.UsedAt == null && enrolment.WithdrawnAt == null && enrolment.ExpiresAt > now)))
            .ToPageAsync(input.Page, cancellationToken);
    }
}
