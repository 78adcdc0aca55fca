using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Keys;

/// <summary>Where a key stands in the inventory.</summary>
public enum KeyInventoryState
{
    /// <summary>A link waits for its person; the key itself is not known yet.</summary>
    Issued,

    /// <summary>Signs its owner in.</summary>
    Active,

    /// <summary>Lost or stolen.</summary>
    Lost,

    /// <summary>Handed back.</summary>
    Returned,

    /// <summary>Removed by its owner.</summary>
    Removed,
}

/// <summary>The inventory of all security keys, one page of it, with the number in each state.</summary>
public sealed class ListKeys(Access access, TimeProvider clock)
{
    /// <summary>Which keys, in which order.</summary>
    /// <param name="State">Only this state; "issued" lists the links that wait.</param>
    /// <param name="Search">Part of the owner's display name; null or empty for all.</param>
    /// <param name="Page">Which page, in which order: "owner", "registered" or "used".</param>
    public sealed record Input(KeyInventoryState State, string? Search, PageRequest Page);

    /// <summary>One key, or one link that waits.</summary>
    /// <param name="Person">Its owner.</param>
    /// <param name="DisplayName">The owner's name.</param>
    /// <param name="Name">The key's name; null for a link.</param>
    /// <param name="Kind">The key's kind; null for a link.</param>
    /// <param name="Since">When it was registered, or the link was made.</param>
    /// <param name="LastUsedAt">When it last signed in.</param>
    /// <param name="EndedAt">When it was taken out of use; for a link, until when it waits.</param>
    /// <param name="Model">What model it says it is; null for a link, or when it did not say.</param>
    /// <param name="Fits">Whether its owner's roles take it, as long as it is in use.</param>
    public sealed record Row(
        PersonId Person, string DisplayName, string? Name, SecurityKeyKind? Kind, DateTimeOffset Since, DateTimeOffset? LastUsedAt, DateTimeOffset? EndedAt,
        string? Model, bool Fits);

    /// <summary>The page, and how many there are in each state, whatever is shown.</summary>
    public sealed record Result(Page<Row> Page, IReadOnlyDictionary<KeyInventoryState, int> Counts);

    /// <summary>Lists.</summary>
    public async Task<Result> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewKeys, cancellationToken);
        var now = clock.GetUtcNow();
        var waiting = db.Enrolments.Where(link => link.UsedAt == null && link.WithdrawnAt == null && link.ExpiresAt > now);
        var counts = Enum.GetValues<KeyInventoryState>().ToDictionary(state => state, _ => 0);
        counts[KeyInventoryState.Issued] = await waiting.CountAsync(cancellationToken);
        foreach (var group in await db.SecurityKeys.GroupBy(key => key.Removal).Select(keys => new { keys.Key, Count = keys.Count() }).ToListAsync(cancellationToken))
        {
            counts[StateOf(group.Key)] += group.Count;
        }

        var rows = input.State == KeyInventoryState.Issued
            ? from link in waiting
              join person in db.People on link.PersonId equals person.Id
              select new { person.Id, person.DisplayName, Name = (string?)null, Kind = (SecurityKeyKind?)null, Since = link.CreatedAt, LastUsedAt = (DateTimeOffset?)null, EndedAt = (DateTimeOffset?)link.ExpiresAt, Model = (Guid?)null }
            : from key in Keys(db, input.State)
              join person in db.People on key.PersonId equals person.Id
              select new { person.Id, person.DisplayName, Name = (string?)key.Name, Kind = (SecurityKeyKind?)key.Kind, Since = key.CreatedAt, key.LastUsedAt, EndedAt = key.RemovedAt, Model = key.AuthenticatorModel };
        if (!string.IsNullOrWhiteSpace(input.Search))
        {
            var pattern = Like.Contains(input.Search);
            rows = rows.Where(row => EF.Functions.ILike(row.DisplayName, pattern));
        }

        var ordered = input.Page.Sort switch
        {
            "registered" => rows.Sorted(row => row.Since, input.Page),
            "used" => rows.Sorted(row => row.LastUsedAt, input.Page),
            _ => rows.Sorted(row => row.DisplayName, input.Page),
        };
        var page = await ordered.ThenBy(row => row.Since).ToPageAsync(input.Page, cancellationToken);
        var policies = input.State == KeyInventoryState.Active
            ? await db.KeyPoliciesOfAsync([.. page.Rows.Select(row => row.Id).Distinct()], BusinessTime.DayOf(now), cancellationToken)
            : new Dictionary<PersonId, KeyPolicy>();
        return new(
            new(
                [
                    .. page.Rows.Select(row => new Row(
                        row.Id, row.DisplayName, row.Name, row.Kind, row.Since, row.LastUsedAt, row.EndedAt, KnownKeyModels.NameOf(row.Model),
                        policies.GetValueOrDefault(row.Id, KeyPolicy.Any).Fits(row.Model))),
                ],
                page.Total, page.Request),
            counts);
    }

    private static IQueryable<SecurityKey> Keys(NadooItDb db, KeyInventoryState state)
    {
        KeyRemoval? removal = state switch
        {
            KeyInventoryState.Lost => KeyRemoval.Lost,
            KeyInventoryState.Returned => KeyRemoval.Returned,
            KeyInventoryState.Removed => KeyRemoval.ByOwner,
            _ => null,
        };
        return db.SecurityKeys.Where(key => key.Removal == removal);
    }

    private static KeyInventoryState StateOf(KeyRemoval? removal) => removal switch
    {
        null => KeyInventoryState.Active,
        KeyRemoval.Lost => KeyInventoryState.Lost,
        KeyRemoval.Returned => KeyInventoryState.Returned,
        _ => KeyInventoryState.Removed,
    };
}
